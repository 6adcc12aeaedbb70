import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { ok } from "#domain/result.ts";
import { type KubernetesTimes, openKubernetes } from "#effects/kubernetes/open.ts";
import { systemClock } from "#effects/system/clock.ts";
import type { Clock } from "#ports/clock.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";

export interface OddServer {
  readonly url: string;
  /** `METHOD path`, in order. */
  readonly asked: string[];
  /** Ends all connections and frees the port. */
  readonly stop: () => Promise<void>;
}

/** @param listener is called after the request's body has come */
export async function startOddServer(listener: RequestListener, port = 0): Promise<OddServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => listener(request, response));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop };
}

export interface ClientSetup {
  readonly times?: KubernetesTimes;
  readonly clock?: Clock;
  readonly onWarning?: (text: string) => void;
  readonly user?: object;
}

/** The client, on a kubeconfig that names this server and a token. */
export async function clientOf(
  url: string,
  { times = {}, clock, onWarning, user }: ClientSetup = {},
): Promise<KubernetesApi> {
  const kubeconfig = {
    clusters: [{ name: "c", cluster: { server: url } }],
    users: [{ name: "u", user: user ?? { token: "secret-token" } }],
    contexts: [{ name: "odd", context: { cluster: "c", user: "u", namespace: "here" } }],
    "current-context": "odd",
  };
  const opened = await openKubernetes(
    { kubeconfig: "/kubeconfig", ...(onWarning && { onWarning }) },
    {
      environment: process.env,
      clock: clock ?? systemClock(),
      files: { read: async () => ok(Buffer.from(JSON.stringify(kubeconfig))) },
      random: () => 0.5,
      kill: (pid, signal) => void process.kill(pid, signal),
      userAgent: "larder/test",
    },
    times,
  );
  if (!opened.ok) throw new Error(opened.error.problem);
  onTestFinished(() => opened.value.close());
  return opened.value;
}
