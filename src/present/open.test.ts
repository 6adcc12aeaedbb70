import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import type { Clock } from "#ports/clock.ts";
import { CollectingSink } from "../../test/kit/collecting-sink.ts";
import { sampleRun, tell } from "../../test/kit/sample-events.ts";
import { type OutputFormat, type OutputOptions, openPresenter } from "./open.ts";

const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
  deadline: () => {
    throw new Error("not used");
  },
};

async function present(format: OutputFormat, options: OutputOptions): Promise<string> {
  const sink = new CollectingSink(options.live === true ? { columns: 80, rows: 24 } : undefined);
  const presenter = await openPresenter(format, sink, clock, options);
  for (const event of tell(sampleRun)) presenter.event(event);
  presenter.end();
  return sink.text;
}

describe("openPresenter", () => {
  it("opens each format", async () => {
    expect(await present("text", {})).toMatch(/^started {5}larder 0\.1\.0/);
    expect(await present("json", {})).toMatch(/^\{\n {2}"schema": "larder.dev\/result\/v1"/);
    expect(await present("ndjson", {})).toMatch(/^\{"schema":"larder.dev\/event\/v1"/);
  });

  it("draws live only on a terminal and if not quiet", async () => {
    expect(await present("text", { live: true })).toContain("\u001b[?2026h");
    expect(await present("text", { live: true, quiet: true })).not.toContain("\u001b");
    expect(await present("json", { live: true })).not.toContain("\u001b");
  });

  it("shows many nodes by what they have in common, if it is told that there are many", async () => {
    expect(await present("text", { manyNodes: true })).toContain("0 of 1 node stocked");
    expect(await present("text", { manyNodes: true, live: true })).toContain("0 of 1 node stocked");
  });

  it("loads the packages of the live display only with it, and no schema library at all", async () => {
    const { metafile } = await build({
      entryPoints: ["src/present/open.ts"],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      outdir: "unused",
      write: false,
      metafile: true,
    });
    const atOnce = packagesOf(metafile, false);
    expect(atOnce).toEqual([]);
    const onDemand = packagesOf(metafile, true);
    expect(onDemand).toEqual(expect.arrayContaining(["log-update", "string-width"]));
    expect(onDemand).not.toContain("zod");
  });
});

/** Packages that are in the entry and in what it imports; `dynamic`: also in what it imports on demand. */
function packagesOf({ outputs }: Metafile, dynamic: boolean): string[] {
  const [entry] = Object.entries(outputs).find(([, output]) => output.entryPoint === "src/present/open.ts") ?? [];
  const reached = new Set(entry === undefined ? [] : [entry]);
  for (const path of reached) {
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (external !== true && (dynamic || kind === "import-statement")) reached.add(next);
    }
  }
  const files = [...reached].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  expect(files).toContain("src/present/text/presenter.ts");
  return [...new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))];
}
