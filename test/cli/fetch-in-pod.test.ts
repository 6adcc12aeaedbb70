import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeTerminationMessage } from "#domain/run/read-termination-message.ts";
import { startDelayMs } from "#domain/run/start-delay.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";

/** What an agent's container needs of `larder fetch`: a result in the pod's status, and a start that is spread over a fleet. */
const clock = systemClock();
let registry: EmbeddedRegistry;
let runtime: EmbeddedCriRuntime;
let desk: string;
let note: string;

beforeAll(async () => {
  registry = await startEmbeddedRegistry({ clock, accounts: [], publicRepositories: ["public"] });
  const image = await makeImage({ files: { name: "tool" } });
  await pushImage({
    registry: registry.url,
    repository: "public/tool",
    tag: "1",
    image,
    signal: AbortSignal.timeout(10_000),
  });
});

afterAll(() => registry.close());

beforeEach(async () => {
  registry.setFaults([]);
  desk = await mkdtemp(join(tmpdir(), "larder-pod-"));
  note = join(desk, "termination-log");
  await writeFile(note, "");
  runtime = await startEmbeddedCriRuntime({ socket: join(desk, "cri.sock"), clock });
});

afterEach(async () => {
  await runtime.close();
  await rm(desk, { recursive: true });
});

function fetchHere(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  const here = ["fetch", "--cri-socket", join(desk, "cri.sock"), "--output", "ndjson", "--exit-zero"];
  return runLarder([...here, ...args], { cwd: desk, environment: { NODE_NAME: "worker-1" }, ...options });
}

async function noted(path = note) {
  return decodeTerminationMessage(await readFile(path, "utf8"));
}

describe("--termination-message", () => {
  const tool = (): string => `${registry.host}/public/tool:1`;
  const none = (): string => `${registry.host}/public/none:1`;

  it("tells of each image by its index, repetitions and other spellings counted", async () => {
    const run = await fetchHere([none(), tool(), tool(), "--termination-message", note]);
    expect([run.exitCode, run.stderr]).toEqual([0, ""]);
    expect(await noted()).toMatchObject({
      ok: true,
      value: {
        outcome: "incomplete",
        images: [
          { outcome: "failed", class: "not-found", message: expect.stringContaining("not found") },
          { outcome: "pulled" },
          { outcome: "pulled" },
        ],
      },
    });
  });

  it("is written when the run is interrupted", async () => {
    registry.setFaults([{ on: { repository: "public/tool" }, fault: { kind: "stall" } }]);
    const run = await fetchHere([tool(), "--termination-message", note], {
      onEvent: (event, signal) => {
        if (event.kind === "pull-started") signal("SIGTERM");
      },
    });
    expect(run.exitCode).toBe(130);
    expect(await noted()).toMatchObject({ value: { outcome: "interrupted", images: [{ outcome: "interrupted" }] } });
  });

  it("is written when the input is wrong", async () => {
    const run = await fetchHere(["Wrong", "--termination-message", note]);
    expect(run.exitCode).toBe(0);
    expect(await noted()).toMatchObject({
      value: { kind: "input", problem: expect.stringContaining("IMAGE_REFERENCE_INVALID") },
    });
  });

  it("makes a file that is missing", async () => {
    const path = join(desk, "new", "note");
    await fetchHere([tool(), "--termination-message", path]);
    expect(await noted(path)).toMatchObject({ value: { outcome: "stocked" } });
  });

  it.each(["/proc/none", "folder"])("only warns where nothing can be written: %s", async (path) => {
    await mkdir(join(desk, "folder"));
    const run = await fetchHere([tool(), "--termination-message", path]);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^larder: the termination message is not written: .+\n$/);
    expect(run.events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "stocked" });
  });
});

describe("--start-within", () => {
  const image = (): string => `${registry.host}/public/tool:1`;

  it("waits for a moment that the node's name decides, which is not time of the run", async () => {
    const within = 40_000;
    const run = await fetchHere([image(), "--start-within", "40s", "--overall-timeout", "30s"]);
    const delayMs = startDelayMs("worker-1", within);
    expect(run.tookMs).toBeGreaterThan(delayMs);
    expect(run.stderr).toMatch(
      /^larder: starts in \d\.\d s \(a moment within 40\.0 s that the node's name decides\)\n$/,
    );
    const finished = run.events.find(({ kind }) => kind === "run-finished");
    expect(finished).toMatchObject({ outcome: "stocked" });
    expect(Number(finished?.["durationMs"])).toBeLessThan(run.tookMs - delayMs);
  });

  it("ends on a signal, with a complete result", async () => {
    const startedWaiting = (text: string, signal: (name: NodeJS.Signals) => void): void => {
      if (text.includes("starts in")) signal("SIGTERM");
    };
    const args = [image(), "--start-within", "10h", "--termination-message", note];
    const run = await fetchHere(args, { onError: startedWaiting });
    expect(run.exitCode).toBe(130);
    expect(run.events.map(({ kind }) => kind)).toEqual(["run-started", "image-finished", "run-finished"]);
    expect(await noted()).toMatchObject({ value: { outcome: "interrupted", images: [{ outcome: "interrupted" }] } });
  });
});
