import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { useRunFolder } from "./parts/run-folder.ts";

/** What somebody does who has just found Larder: in a copy of the tree as git would give it, with nothing installed. */
const run = promisify(execFile);
const folder = useRunFolder();

let clone: string;
let readme: string;

beforeAll(async () => {
  clone = join(folder().path, "clone");
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
  for (const file of stdout.split("\n").filter((path) => path !== "")) {
    await mkdir(join(clone, dirname(file)), { recursive: true });
    await cp(file, join(clone, file));
  }
  readme = await readFile("README.md", "utf8");
});

/** The first block of a kind in the README. */
function blockOf(language: string): string {
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)?.[1];
  if (block === undefined) throw new Error(`the README has no ${language} block`);
  return block;
}

/** Runs shell text as it would be typed, each line after the one before. */
async function type(commands: string, cwd: string): Promise<string> {
  const { stdout } = await run("bash", ["-ec", commands], {
    cwd,
    env: { ...process.env, NODE_NAME: "worker-1", NO_COLOR: "1" },
  });
  return stdout;
}

/** Without what differs from run to run: ports, folders, times, digests; sorted, since pulls run at the same time. */
function stable(session: string): string[] {
  return session
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll(/\S+\/cri\.sock/g, "SOCKET")
    .replaceAll(/\b(?:\d+m)?\d+(?:\.\d+)? ?m?s\b/g, "TIME")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "DIGEST")
    .trim()
    .split("\n")
    .toSorted();
}

describe("a newcomer", () => {
  it("types the first screen of the README and sees what it shows", async () => {
    const output = await type(blockOf("sh"), clone);
    const session = output.slice(output.indexOf("started "));
    expect(stable(session)).toEqual(stable(blockOf("text")));
    const events = (await readFile(join(clone, "larder-demo/events.ndjson"), "utf8")).trim().split("\n");
    expect(JSON.parse(events.at(-1) ?? "")).toMatchObject({ kind: "run-finished", outcome: "incomplete" });
  });

  it("packs it, installs the package without a network in an empty folder, and runs it there", async () => {
    const tarball = (await type("npm pack --silent", clone)).trim().split("\n").at(-1) ?? "";
    const empty = join(folder().path, "empty");
    await mkdir(empty);
    await type(`npm init --yes >/dev/null && npm install --offline --silent ${join(clone, tarball)}`, empty);
    expect((await readdir(join(empty, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
      "kube-larder",
    ]);
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    expect(await type("npx --no-install larder --version", empty)).toBe(`${version}\n`);
    expect(await type("npx --no-install larder demo", empty)).toContain("All as planned.");
  });
});
