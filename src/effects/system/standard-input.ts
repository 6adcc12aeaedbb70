import { addAbortSignal, type Readable } from "node:stream";
import { fail, ok } from "#domain/result.ts";
import type { ReadStandardInput } from "#ports/files.ts";

/** Nobody lists so many images; somebody may pipe in the wrong file. */
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * @param stream the process's standard input; it is read only when asked for
 * @param signal ends the waiting for somebody who types nothing
 */
export function standardInput(stream: Readable, signal: AbortSignal): ReadStandardInput {
  return async () => {
    if (stream.readableEnded) return fail("was read already");
    try {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of addAbortSignal(signal, stream)) {
        if (!Buffer.isBuffer(chunk)) return fail("is no bytes");
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > BYTES_MAX) return fail(`is longer than ${BYTES_MAX / 1024 / 1024} MiB`);
      }
      return ok(Buffer.concat(chunks));
    } catch (error) {
      if (signal.aborted) return fail("was not read to its end, since the run was interrupted");
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      return fail(`cannot be read (${code})`);
    }
  };
}
