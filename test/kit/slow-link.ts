/**
 * A link between a runtime and a registry that is as slow as a real one: a TCP relay on loopback with a fixed rate, which
 * all connections share fairly, and a fixed delay. It needs no rights and no kernel module, and counts what it carries.
 */
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { systemClock } from "#effects/system/clock.ts";

export interface LinkOptions {
  /** Port of 127.0.0.1 that the link leads to. */
  readonly port: number;
  /** From the registry to the runtime, for all connections together. @default as fast as loopback */
  readonly bytesPerSecond?: number;
  /** There and back. @default 0 */
  readonly roundTripMs?: number;
}

export interface SlowLink {
  /** As it stands in image references: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Bytes carried from the registry to the runtime so far. */
  carried(): number;
  close(): Promise<void>;
}

export async function openSlowLink(options: LinkOptions): Promise<SlowLink> {
  const line = sharedLine(options.bytesPerSecond ?? Number.POSITIVE_INFINITY);
  const oneWayMs = (options.roundTripMs ?? 0) / 2;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (runtime) => {
    const registry = createConnection({ host: "127.0.0.1", port: options.port, noDelay: true });
    for (const end of [runtime, registry]) {
      open.add(end);
      end.on("error", () => undefined);
      end.on("close", () => open.delete(end));
    }
    // A connection is made by one packet there and one back; only then can the first request leave.
    void carry(runtime, registry, () => Promise.resolve(), oneWayMs, oneWayMs * 2);
    void carry(registry, runtime, (bytes) => line.send(bytes), oneWayMs, 0);
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    carried: () => line.carried(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const end of open) end.destroy();
      await closed;
    },
  };
}

/** How far a line may catch up when its timers were late, in ms. */
const CATCH_UP_MS = 20;

/** One piece after the other at a fixed rate; `send` resolves when the piece has left. */
function sharedLine(bytesPerSecond: number): { send(bytes: number): Promise<void>; carried(): number } {
  const clock = systemClock();
  let freeAt = 0;
  let carried = 0;
  return {
    carried: () => carried,
    async send(bytes) {
      const now = clock.monotonic();
      freeAt = Math.max(freeAt, now - CATCH_UP_MS) + (bytes * 1_000) / bytesPerSecond;
      if (freeAt > now) await clock.sleep(freeAt - now);
      carried += bytes;
    },
  };
}

/**
 * Carries what comes from one end to the other, and the end of it. A connection has one piece on the line at a time, so that
 * all of them get their share; what has left the line is under way for `oneWayMs`, and any number of pieces may be.
 */
async function carry(
  from: Socket,
  to: Socket,
  send: (bytes: number) => Promise<void>,
  oneWayMs: number,
  firstDelayMs: number,
): Promise<void> {
  const clock = systemClock();
  let delayMs = oneWayMs + firstDelayMs;
  let lastArrival = Promise.resolve();
  try {
    for await (const piece of from as AsyncIterable<Buffer>) {
      await send(piece.length);
      const underWay = delayMs > 0 ? clock.sleep(delayMs) : Promise.resolve();
      lastArrival = Promise.all([lastArrival, underWay]).then(() => {
        if (to.writable) to.write(piece);
      });
      delayMs = oneWayMs;
    }
    await lastArrival;
    to.end();
  } catch {
    await lastArrival;
    to.destroy();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the link has no TCP port"));
    });
  });
}
