import { type Agent, type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request over node:http, its answer read to the end. Rejects when the connection fails or `signal` aborts. */
export function sendRequest({ method, url, headers, body, agent, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent, signal }, (incoming) => {
      text(incoming).then(
        (read) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: read }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
