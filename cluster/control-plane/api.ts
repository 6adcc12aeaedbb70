/** The few requests that the kit itself makes to the API server, as its admin. Tests take a real client. */
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import type { Cluster } from "../folder.ts";
import { keyPair } from "./certificates.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Api {
  send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<ApiAnswer>;
  close(): void;
}

/** @param connections how many at once, at most */
export async function connectApi(cluster: Cluster, connections = 1): Promise<Api> {
  const { key, certificate } = keyPair(cluster, "admin");
  const [ca, clientKey, cert] = await Promise.all(
    [keyPair(cluster, "ca").certificate, key, certificate].map((file) => readFile(file)),
  );
  const agent = new Agent({ ca, key: clientKey, cert, keepAlive: true, maxSockets: connections });
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const type = method === "PATCH" ? "application/strategic-merge-patch+json" : "application/json";
        const options = { method, agent, timeout: 10_000, headers: { "Content-Type": type } };
        const outgoing = request(`https://127.0.0.1:${cluster.ports.api}${path}`, options, (incoming) => {
          text(incoming).then((read) => resolve({ status: incoming.statusCode ?? 0, body: read }), reject);
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
        outgoing.on("error", reject);
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}
