import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

export interface RawAnswer {
  /** undefined: the connection ended or `signal` aborted before an answer came. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Whether the body is as long as announced. */
  readonly complete: boolean;
  /** `ECONNRESET`, `ABORT_ERR`, …; undefined if all went well. */
  readonly error: string | undefined;
}

/** One request on a connection of its own, without the mercy of HTTP libraries: no redirects, no repetition, and whatever came. */
export function rawGet(
  url: string,
  options: { method?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let incoming: IncomingMessage | undefined;
    const end = (error?: NodeJS.ErrnoException): void =>
      resolve({
        status: incoming?.statusCode,
        headers: incoming?.headers ?? {},
        bytes: Buffer.concat(chunks),
        complete: incoming?.complete ?? false,
        error: error?.code,
      });
    const signal = options.signal ?? AbortSignal.timeout(10_000);
    const outgoing = request(url, { ...options, signal, agent: false }, (message) => {
      incoming = message;
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => end());
      message.on("error", end);
    });
    outgoing.on("error", end);
    outgoing.end();
  });
}
