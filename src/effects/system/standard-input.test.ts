import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { standardInput } from "./standard-input.ts";

const never = new AbortController().signal;

describe("standard input", () => {
  it("is read to its end, once", async () => {
    const read = standardInput(Readable.from([Buffer.from("r.io/a\n"), Buffer.from("r.io/b\n")]), never);
    expect(await read()).toEqual({ ok: true, value: Buffer.from("r.io/a\nr.io/b\n") });
    expect(await read()).toEqual({ ok: false, error: "was read already" });
  });

  it("may be empty", async () => {
    expect(await standardInput(Readable.from([]), never)()).toEqual({ ok: true, value: Buffer.alloc(0) });
  });

  it("is not waited for any longer when the run is interrupted", async () => {
    const interrupt = new AbortController();
    const typed = new PassThrough();
    const reading = standardInput(typed, interrupt.signal)();
    typed.write("r.io/a");
    interrupt.abort();
    expect(await reading).toEqual({ ok: false, error: expect.stringContaining("interrupted") });
    expect(typed.destroyed).toBe(true);
  });

  it("is not kept in memory where it has no end", async () => {
    function* zeroes(): Generator<Buffer> {
      for (;;) yield Buffer.alloc(1024 * 1024);
    }
    const stream = Readable.from(zeroes());
    expect(await standardInput(stream, never)()).toEqual({ ok: false, error: "is longer than 16 MiB" });
    expect(stream.destroyed).toBe(true);
  });

  it("says why it cannot be read", async () => {
    const stream = new PassThrough();
    const reading = standardInput(stream, never)();
    stream.destroy(Object.assign(new Error("no"), { code: "EIO" }));
    expect(await reading).toEqual({ ok: false, error: "cannot be read (EIO)" });
  });
});
