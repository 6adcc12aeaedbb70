import { readFileSync } from "node:fs";
import type { Metafile } from "esbuild";
import { describe, expect, it } from "vitest";

/** What the build put into which chunk (tools/build.mjs). */
const { outputs } = JSON.parse(readFileSync("dist/metafile.json", "utf8")) as Metafile;

function chunkOf(source: string): string {
  const [chunk] = Object.entries(outputs).find(([, output]) => output.entryPoint === source) ?? [];
  if (chunk === undefined) throw new Error(`no chunk begins with ${source}`);
  return chunk;
}

/** Everything that is loaded at once with these chunks; what a dynamic import may bring later is left out. */
function loadedWith(...chunks: readonly string[]): { packages: string[]; sources: string[]; bytes: number } {
  const seen = new Set<string>();
  const queue = [...chunks];
  for (let chunk = queue.pop(); chunk !== undefined; chunk = queue.pop()) {
    if (seen.has(chunk)) continue;
    seen.add(chunk);
    queue.push(
      ...(outputs[chunk]?.imports ?? []).filter(({ kind }) => kind === "import-statement").map(({ path }) => path),
    );
  }
  const loaded = Array.from(seen, (chunk) => outputs[chunk]).filter((output) => output !== undefined);
  const inputs = loaded.flatMap((output) => Object.keys(output.inputs));
  const packages = inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
  const sources = inputs.filter((input) => input.startsWith("src/"));
  return {
    packages: [...new Set(packages)].toSorted(),
    sources,
    bytes: loaded.reduce((sum, output) => sum + output.bytes, 0),
  };
}

describe("what is loaded", () => {
  const entry = chunkOf("src/bin/larder.ts");

  const commandLine = chunkOf("src/bin/real-world.ts");

  it("for --version: nothing but the entry", () => {
    expect(loadedWith(entry).packages).toEqual([]);
    expect(loadedWith(entry).bytes).toBeLessThan(1_000);
  });

  it("for --help: the command line library, and nothing else", () => {
    expect(loadedWith(entry, commandLine).packages).toEqual(["@stricli/core"]);
    expect(loadedWith(entry, commandLine).bytes).toBeLessThan(150_000);
  });

  it("for fetch: what the runtime's socket needs, no YAML, no schemas, no display", () => {
    const { packages } = loadedWith(
      entry,
      commandLine,
      chunkOf("src/commands/fetch/fetch.ts"),
      chunkOf("src/effects/cri/connect.ts"),
    );
    expect(packages).toEqual(["@bufbuild/protobuf", "@stricli/core", "eventemitter3", "p-queue", "p-timeout"]);
  });

  it("for fetch: the code of no report file, and for one report not that of the others", () => {
    const fetch = [entry, commandLine, chunkOf("src/commands/fetch/fetch.ts")];
    const ofReports = (...chunks: readonly string[]) =>
      loadedWith(...chunks).sources.filter((source) =>
        /^src\/(?:present\/(?:reports|csv|junit|html)\/|commands\/reports\/(?:report-files|event-streams|write-documents))/.test(
          source,
        ),
      );
    expect(ofReports(...fetch)).toEqual([]);
    const opened = [...fetch, chunkOf("src/commands/reports/report-files.ts")];
    expect(ofReports(...opened).filter((source) => !/\/reports\//.test(source))).toEqual([]);
    const formats = ["csv/table", "junit/document", "html/document", "json/document"];
    const packages = formats.map((format) => loadedWith(chunkOf(`src/present/${format}.ts`)).packages);
    expect(packages).toEqual([["csv-stringify"], [], [], []]);
  });

  it("for report: the schema library, and no runtime", () => {
    const { packages } = loadedWith(entry, commandLine, chunkOf("src/commands/report/report.ts"));
    expect(packages).toEqual(["@stricli/core", "zod"]);
  });

  it("for a cluster: of the official client what reads kubeconfigs, and nothing else of it", () => {
    const { packages, bytes } = loadedWith(chunkOf("src/effects/kubernetes/open.ts"));
    expect(packages).toEqual([
      "@kubernetes/client-node",
      "agent-base",
      "debug",
      "hpagent",
      "ip-address",
      "ms",
      "rfc4648",
      "smart-buffer",
      "socks",
      "socks-proxy-agent",
      "yaml",
    ]);
    expect(bytes).toBeLessThan(300_000);
  });

  it("for a cluster: what renews a login by OpenID Connect only when one has run out", () => {
    const [chunk, ...others] = Object.entries(outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).some((input) => input.includes("node_modules/oauth4webapi/")),
    );
    expect(others).toEqual([]);
    const importers = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ path }) => path === chunk?.[0]),
    );
    expect(new Set(importers.map(({ kind }) => kind))).toEqual(new Set(["dynamic-import"]));
  });

  it("nowhere: node-fetch, whose import is deprecated in Node 22", () => {
    const inputs = Object.values(outputs).flatMap(({ inputs: of }) => Object.keys(of));
    expect(inputs.filter((input) => /node_modules\/(?:node-fetch|whatwg-url|punycode)\//.test(input))).toEqual([]);
  });
});
