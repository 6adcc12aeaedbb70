import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentFiles, layOutAgent, readMetafile } from "../../image/agent.ts";
import { readLayerFolder } from "../../image/layer-folder.ts";

const build = await readMetafile();
const { outputs } = build;
const files = agentFiles(build);
const sources = [...new Set(files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {})))];

/** What a node has a use for, and for what. Another package is a megabyte on every node until somebody says why. */
const onNodes: Readonly<Record<string, readonly string[]>> = {
  "the command line": ["@stricli/core"],
  "the runtime's socket": ["@bufbuild/protobuf"],
  "pulls at the same time": ["eventemitter3", "p-queue", "p-timeout"],
  "reports, when they are asked for": ["csv-stringify"],
  "configs, when they are given": ["jsonc-parser", "yaml"],
  "the live display, on a terminal": (
    "ansi-escapes ansi-regex ansi-styles cli-cursor environment get-east-asian-width is-fullwidth-code-point log-update " +
    "mimic-function onetime restore-cursor signal-exit slice-ansi string-width strip-ansi wrap-ansi"
  ).split(" "),
};

describe("the agent's files", () => {
  it("hold fetch and remove and what they may load, and nothing that only other commands do", () => {
    expect(sources).toContain("src/commands/fetch/fetch.ts");
    expect(sources).toContain("src/commands/remove/remove.ts");
    expect(sources).toContain("src/effects/cri/connect.ts");
    expect(sources).toContain("src/present/terminal/presenter.ts");
    expect(sources.filter((source) => /^src\/(?:embedded|commands\/demo\/(?!command\.ts))/.test(source))).toEqual([]);
  });

  it("hold no package that a node has no use for", () => {
    const packages = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
    const known = Object.values(onNodes).flat();
    expect([...new Set(packages)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("load nothing that is not among them, but what only the other commands begin with", () => {
    const absent = files
      .flatMap((file) => outputs[file]?.imports ?? [])
      .filter(({ external, path }) => !external && !files.includes(path))
      .map(({ path }) => outputs[path]?.entryPoint ?? path);
    expect(absent).toContain("src/commands/demo/demo.ts");
    // No command of the agent opens a cluster.
    const ofCluster = "src/effects/kubernetes/open.ts";
    expect(absent).toContain(ofCluster);
    const own = Object.entries(build.inputs).filter(([source]) => sources.includes(source));
    const importers = own.filter(([, { imports }]) =>
      imports.some(({ path }) => absent.includes(path) && path !== ofCluster),
    );
    const known = /^src\/commands\/(?!(?:fetch|remove)\/)[^/]+\/(?:\w+-)?command\.ts$/;
    expect(importers.map(([source]) => source).filter((source) => !known.test(source))).toEqual([]);
  });

  it("are laid out with the same modes whatever the umask", async () => {
    const folder = await mkdtemp(join(tmpdir(), "larder-agent-test-"));
    const umask = process.umask(0o077);
    await layOutAgent(folder).finally(() => process.umask(umask));
    const modes = (await readLayerFolder(folder)).map((entry) => [entry.kind, "mode" in entry ? entry.mode : 0]);
    expect(new Set(modes.map(([kind, mode]) => `${kind} ${mode?.toString(8)}`))).toEqual(
      new Set(["folder 755", "file 644"]),
    );
    await rm(folder, { recursive: true });
  });
});
