import type { Readable } from "node:stream";
import type { Clock } from "#ports/clock.ts";

/**
 * What a stream brings. One that says nothing for too long is ended: a connection whose other end is gone without a word would stay
 * open for hours. Leaving the loop closes it.
 */
export async function* untilSilent(
  stream: Readable,
  ms: number,
  clock: Pick<Clock, "monotonic" | "sleep">,
): AsyncGenerator {
  const done = new AbortController();
  let heardAt = clock.monotonic();
  void (async () => {
    while (!done.signal.aborted) {
      const left = heardAt + ms - clock.monotonic();
      if (left <= 0) return void stream.destroy(new Silence());
      await clock.sleep(left, done.signal);
    }
  })();
  try {
    for await (const chunk of stream) {
      heardAt = clock.monotonic();
      yield chunk;
    }
  } finally {
    done.abort();
  }
}

class Silence extends Error {
  override readonly name = "Silence";
  /** As of a connection that the system gave up. */
  readonly code = "ETIMEDOUT";
}
