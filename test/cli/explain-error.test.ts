import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runLarder } from "../kit/run-larder.ts";

let desk: string;

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-explain-"));
});

afterEach(() => rm(desk, { recursive: true }));

describe("larder explain error", () => {
  it("tells class, hope and advice of a text", async () => {
    const run = await runLarder(["explain", "error", "write /var/lib/containerd/x: no space left on device"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^disk: trying again may help\n[A-Z].*\.\n$/);
  });

  it("does so for programs", async () => {
    const run = await runLarder(["explain", "error", "who knows", "-o", "json"]);
    expect(JSON.parse(run.stdout)).toEqual({ class: "unknown", permanent: false, advice: expect.any(String) });
  });

  it("answers a file line by line, in order", async () => {
    const recorded = JSON.parse(readFileSync("data/cri_errors.json", "utf8")) as {
      class: string;
      permanent: boolean;
    }[];
    const file = join(desk, "errors.ndjson");
    await writeFile(file, recorded.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    const run = await runLarder(["explain", "error", "--errors", file]);
    expect(run.exitCode).toBe(0);
    const answers = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { class: string; permanent: boolean });
    expect(answers.map((answer) => [answer.class, answer.permanent])).toEqual(
      recorded.map((entry) => [entry.class, entry.permanent]),
    );
  });

  it.each([
    [[], /nothing to explain/],
    [["x", "--errors", "y"], /both given/],
    [["--errors", "/none"], /does not exist/],
  ])("ends 2 where there is nothing to read: %j", async (args, said) => {
    const run = await runLarder(["explain", "error", ...args]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(said);
  });
});
