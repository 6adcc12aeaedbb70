import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeRemovalMessage } from "#domain/removing/removal-message.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import type { NodeImage } from "#ports/cri.ts";
import { type LarderRun, runLarder } from "../kit/run-larder.ts";

/** Images by the last digit of their ID: 1 and its twin, 2 runs in a container, 3 is mounted by one, 4 is pinned, 5 has a kept name. */
const images: readonly NodeImage[] = [
  image(1, ["quay.io/a/one:1", "quay.io/a/twin:1"]),
  image(2, ["quay.io/a/running:1", "quay.io/a/running-too:1"]),
  image(3, ["quay.io/a/mounted:1"]),
  { ...image(4, ["quay.io/a/pause:1"]), isPinned: true },
  image(5, ["quay.io/a/five:1", "quay.io/b/five:1"]),
];
const containers = [
  { id: "c1", imageId: idOf(2) },
  { id: "c2", imageId: idOf(9), mountedImageIds: [idOf(3)] },
];

let folder: string;
let socket: string;
let note: string;
let runtime: EmbeddedCriRuntime;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-remove-"));
  socket = join(folder, "cri.sock");
  note = join(folder, "note");
  await writeFile(note, "");
  runtime = await startEmbeddedCriRuntime({ socket, clock: systemClock(), images, containers });
});

afterEach(async () => {
  await runtime.close();
  await rm(folder, { recursive: true });
});

function idOf(digit: number): string {
  return `sha256:${String(digit).repeat(64)}`;
}

function image(digit: number, repoTags: readonly string[]): NodeImage {
  return { id: idOf(digit), repoTags, repoDigests: [], sizeBytes: 1_000 };
}

function remove(...args: readonly string[]): Promise<LarderRun> {
  return runLarder(["remove", "--cri-socket", socket, "--termination-message", note, ...args], { cwd: folder });
}

const left = (): string[] => runtime.images().map(({ id }) => id.slice(-1));

describe("larder remove", () => {
  it("removes images with all their names, and leaves those that are in use, by whatever name", async () => {
    const listed = ["quay.io/a/one:1", "quay.io/a/twin:1", "quay.io/a/none:1", "quay.io/a/running-too:1"];
    await writeFile(join(folder, "images.txt"), `# ours\n${listed.join("\n")}\n`);
    await writeFile(join(folder, "keep.txt"), "quay.io/b/five:1\n");
    const others = ["quay.io/a/mounted:1", "quay.io/a/pause:1", "quay.io/a/five:1"];
    const run = await remove("--image-list-file", "images.txt", "--keep-list-file", "keep.txt", ...others);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout.split("\n")).toEqual([
      "quay.io/a/one:1: removed",
      "quay.io/a/twin:1: removed",
      "quay.io/a/none:1: absent",
      "quay.io/a/running-too:1: in use by a container",
      "quay.io/a/mounted:1: in use by a container",
      "quay.io/a/pause:1: pinned by the runtime",
      "quay.io/a/five:1: kept for another list",
      "7 images: 2 removed, 1 absent, 4 in use",
      "",
    ]);
    expect(left()).toEqual(["2", "3", "4", "5"]);
    const noted = decodeRemovalMessage(await readFile(note, "utf8"), [...listed, ...others]);
    const outcomes = noted.ok ? noted.value.map(({ outcome }) => outcome) : noted.error;
    expect(outcomes).toEqual(["removed", "removed", "absent", "in-use", "in-use", "in-use", "in-use"]);
  });

  it("says what failed, and goes on with the others", async () => {
    runtime.setFaults([
      {
        on: { call: "removeImage", image: idOf(5) },
        fault: { kind: "refuse", status: "Unknown", message: "device busy" },
      },
    ]);
    const run = await remove("quay.io/a/five:1", "quay.io/a/one:1");
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("five:1: failed: device busy\n") });
    expect(left()).not.toContain("1");
    expect((await remove("--exit-zero", "quay.io/a/five:1")).exitCode).toBe(0);
    expect(decodeRemovalMessage(await readFile(note, "utf8"), ["five"])).toEqual({
      ok: true,
      value: [{ image: "five", outcome: "failed", message: "device busy" }],
    });
  });

  it("removes nothing while nobody can say what is in use", async () => {
    runtime.setFaults([
      { on: { call: "listContainers" }, fault: { kind: "refuse", status: "Unknown", message: "no idea" } },
    ]);
    const run = await remove("quay.io/a/one:1");
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("one:1: failed: no idea\n") });
    expect(left()).toContain("1");
  });

  it("waits for a runtime that restarts", async () => {
    runtime.setFaults([{ on: { call: "removeImage" }, times: 1, fault: { kind: "crash", downMs: 500 } }]);
    expect(await remove("quay.io/a/one:1")).toMatchObject({ exitCode: 0 });
    expect(left()).not.toContain("1");
  });

  it("ends 4 where no runtime can be, and 2 for wrong input", async () => {
    await writeFile(join(folder, "file"), "");
    const args = ["remove", "--cri-socket", join(folder, "file"), "quay.io/a/one:1"];
    expect(await runLarder(args)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("is not a socket") });
    expect(await remove("Not a name")).toMatchObject({ exitCode: 2 });
    expect(await remove()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("nothing to remove") });
    expect(decodeRemovalMessage(await readFile(note, "utf8"), [])).toMatchObject({ ok: false });
  });
});
