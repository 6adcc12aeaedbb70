import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { CallRefused } from "./failure.ts";
import { goWords } from "./go-words.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Kept connections, as containerd keeps them. */
export interface HttpAgents {
  readonly plain: HttpAgent;
  readonly tls: HttpsAgent;
  close(): void;
}

export function openHttpAgents(): HttpAgents {
  const plain = new HttpAgent({ keepAlive: true });
  const tls = new HttpsAgent({ keepAlive: true });
  return {
    plain,
    tls,
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

/**
 * One request and the head of its answer; the body is still to be read, or dropped with `resume()`.
 * When `signal` aborts, the connection is closed, also while the body is read.
 * @throws CallRefused in Go's words: `Get "http://…": dial tcp …: connect: connection refused`
 */
export async function exchange(
  request: HttpRequest,
  agents: HttpAgents,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  for (;;) {
    const attempt = send(request, agents, signal);
    try {
      return await attempt.answer;
    } catch (error) {
      if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
      // The peer closed a kept connection just when it was taken again: Node's documentation of reusedSocket.
      if (attempt.sent.reusedSocket && error instanceof Error && "code" in error && error.code === "ECONNRESET")
        continue;
      throw new CallRefused(
        "Unknown",
        `${goMethod(request.method)} "${request.url.href}": ${goWords(error, request.url)}`,
      );
    }
  }
}

function send(
  request: HttpRequest,
  agents: HttpAgents,
  signal: AbortSignal,
): { readonly sent: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const secure = request.url.protocol === "https:";
  const options = {
    method: request.method,
    headers: { "User-Agent": "larder-embedded", ...request.headers },
    agent: secure ? agents.tls : agents.plain,
    signal,
  };
  const sent = secure ? requestHttps(request.url, options) : requestHttp(request.url, options);
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    // Stays: errors after the answer's head end the body, and must not be thrown into the air.
    sent.on("error", reject);
  });
  sent.end(request.body);
  return { sent, answer };
}

function goMethod(method: HttpRequest["method"]): string {
  return `${method[0]}${method.slice(1).toLowerCase()}`;
}

/** Reads a small body whole. */
export async function readText(answer: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > bytesMax) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
