import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readOptions, USAGE } from "../../image/options.ts";

describe("the options of npm run image", () => {
  it("say where to, and how", () => {
    const args = [
      "--to",
      "127.0.0.1:5000/acme/larder:1",
      "--plain-http",
      "--docker-config",
      "c",
      "--mount-from",
      "acme/x",
    ];
    expect(readOptions(args)).toMatchObject({
      ok: true,
      value: {
        kind: "push",
        to: { registry: "127.0.0.1:5000", path: "acme/larder" },
        tag: "1",
        plainHttp: true,
        dockerConfig: "c",
        mountFrom: "acme/x",
      },
    });
  });

  it.each([
    [[], "--to says where the image goes"],
    [["--to", "acme/Larder:1"], "has upper-case letters"],
    [["--to", "acme/larder"], "has no tag"],
    [["--to", `acme/larder:1@sha256:${"0".repeat(64)}`], "the digest follows from the image"],
    [["--to", "acme/larder:1", "--plain"], "--plain"],
    [["acme/larder:1"], "acme/larder:1"],
  ])("%j is refused", (args, problem) => {
    const read = readOptions(args);
    expect(read.ok ? undefined : read.error).toContain(problem);
  });

  it("are asked for with exit code 2 before anything is built", async () => {
    const program = ["--import", "./tools/typescript.mjs", "image/main.ts"];
    await expect(promisify(execFile)(process.execPath, program)).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: `--to says where the image goes, and it is missing\n\n${USAGE}\n`,
    });
  });
});
