/** Writes an answer to its connection: at once, or as slowly and as badly as a fault wants it. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Clock } from "#ports/clock.ts";
import type { Delivery } from "./faulty-answer.ts";

/** Slow bodies go out in ten small pieces a second, or byte by byte where that is fewer. */
const PIECES_PER_SECOND = 10;

/** A reset discards what the kernels have not handed over yet: time for the client to read what comes before it. */
const BEFORE_RESET_MS = 100;

/** @param signal aborts when the connection is gone */
export async function deliver(
  response: ServerResponse,
  delivery: Delivery,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const { answer, hang, resetAfterBytes, bytesPerSecond } = delivery;
  if (delivery.closes) response.shouldKeepAlive = false;
  response.writeHead(answer.status, { ...answer.headers });
  if (resetAfterBytes !== undefined) {
    response.flushHeaders();
    await write(response, answer.body.subarray(0, resetAfterBytes), signal);
    await clock.sleep(BEFORE_RESET_MS, signal);
    response.socket?.resetAndDestroy();
  } else if (hang !== undefined) {
    response.flushHeaders();
    await write(response, answer.body.subarray(0, hang.afterBytes), signal);
    await pause(hang.forMs, clock, signal);
    if (!signal.aborted) response.end(answer.body.subarray(hang.afterBytes));
  } else if (bytesPerSecond !== undefined) {
    response.flushHeaders();
    await trickle(response, answer.body, bytesPerSecond, clock, signal);
    if (!signal.aborted) response.end();
  } else {
    response.end(answer.body);
  }
}

/** @param forMs undefined: until the signal aborts */
export async function pause(forMs: number | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
  if (forMs !== undefined) return clock.sleep(forMs, signal);
  if (!signal.aborted) await once(signal, "abort");
}

async function trickle(
  response: ServerResponse,
  body: Uint8Array,
  bytesPerSecond: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const piece = Math.max(1, Math.floor(bytesPerSecond / PIECES_PER_SECOND));
  const start = clock.monotonic();
  for (let sent = 0; sent < body.length && !signal.aborted; sent += piece) {
    await write(response, body.subarray(sent, sent + piece), signal);
    // By the clock since the start, so that late timers do not add up.
    const due = start + (Math.min(body.length, sent + piece) * 1_000) / bytesPerSecond;
    await clock.sleep(Math.max(0, due - clock.monotonic()), signal);
  }
}

/** Resolves when the bytes are with the kernel, or the signal aborts. */
async function write(response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if (bytes.length === 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done, { once: true });
    response.write(bytes, done);
  });
}
