import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";

/** The report files of `larder fetch`, however it ends. */
const files = {
  ndjson: "events.ndjson",
  json: "result.json",
  junit: "larder.xml",
  csv: "pulls.csv",
  html: "larder.html",
};
const allReports = Object.entries(files).flatMap(([format, file]) => ["--report", `${format}=out/${file}`]);

const alice = { username: "alice", password: new SecretText("wonder") };
const clock = systemClock();

let registry: EmbeddedRegistry;
let runtime: EmbeddedCriRuntime;
let desk: string;
let good: string;
let hanging: string;

beforeAll(async () => {
  registry = await startEmbeddedRegistry({ clock, accounts: [alice], publicRepositories: ["public"] });
  for (const repository of ["public/tool", "public/hang"]) {
    const image = await makeImage({ files: { name: repository } });
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository, tag: "1", image, credential: alice, signal });
  }
  registry.setFaults([{ on: { repository: "public/hang" }, fault: { kind: "stall" } }]);
  good = `${registry.host}/public/tool:1`;
  hanging = `${registry.host}/public/hang:1`;
});

afterAll(() => registry.close());

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-fetch-reports-"));
  runtime = await startEmbeddedCriRuntime({ socket: join(desk, "cri.sock"), clock });
});

afterEach(async () => {
  await runtime.close();
  await rm(desk, { recursive: true });
});

function larder(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return runLarder(args, { cwd: desk, environment: { NODE_NAME: "worker-1" }, ...options });
}

function fetch(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return larder(["fetch", "--cri-socket", join(desk, "cri.sock"), "--output", "ndjson", ...args], options);
}

const written = (path: string): Promise<string> => readFile(join(desk, path), "utf8");

/** All reports are there, whole, alone, and the same that the saved stream gives again. */
async function expectAllReports(run: LarderRun): Promise<void> {
  expect(run.stderr).toBe("");
  expect(readdirSync(join(desk, "out")).toSorted()).toEqual(Object.values(files).toSorted());
  expect(await written("out/events.ndjson")).toBe(run.stdout);
  const again = Object.entries(files).flatMap(([format, file]) => ["--report", `${format}=again/${file}`]);
  const report = await larder(["report", "--from", "out/events.ndjson", ...again, "--column", "build=7"]);
  expect([report.exitCode, report.stdout, report.stderr]).toEqual([0, "", ""]);
  for (const file of Object.values(files)) expect(await written(`again/${file}`)).toBe(await written(`out/${file}`));
}

describe("fetch --report", () => {
  const args = [...allReports, "--column", "build=7"];

  it("writes what the saved stream gives again, byte for byte", async () => {
    const run = await fetch([...args, good, `${registry.host}/public/typo:1`]);
    expect(run.exitCode).toBe(1);
    await expectAllReports(run);
    expect(JSON.parse(await written("out/result.json"))).toMatchObject({ outcome: "incomplete", exitCode: 1 });
    expect(await written("out/larder.xml")).toContain('tests="2" failures="1" errors="0"');
    expect(await written("out/pulls.csv")).toMatch(/,build\n.*,7\n/);
  });

  it("writes all reports also at the deadline", async () => {
    const run = await fetch([...args, good, hanging, "--overall-timeout", "2s"]);
    expect(run.exitCode).toBe(3);
    await expectAllReports(run);
    expect(await written("out/larder.xml")).toContain('<error type="deadline"');
  });

  it.each(["SIGINT", "SIGTERM"] as const)("writes all reports also on %s", async (name) => {
    const run = await fetch([...args, hanging], {
      onEvent: (event, signal) => {
        if (event.kind === "pull-started") signal(name);
      },
    });
    expect(run.exitCode).toBe(130);
    await expectAllReports(run);
    expect(await written("out/larder.xml")).toContain('<error type="interrupted"');
  });

  it("writes all reports also when nobody reads its output any more", async () => {
    const run = await fetch([...allReports, hanging, good], {
      onEvent: (_event, _signal, closeOutput) => closeOutput(),
    });
    expect(run.exitCode).toBe(130);
    expect(readdirSync(join(desk, "out")).toSorted()).toEqual(Object.values(files).toSorted());
    expect(JSON.parse(await written("out/result.json"))).toMatchObject({ outcome: "interrupted" });
  });

  it("leaves a readable stream, and nothing half-written, when it is killed", async () => {
    const run = await fetch([...args, good, hanging], {
      onEvent: (event, signal) => {
        if (event.kind === "image-finished") setTimeout(() => signal("SIGKILL"), 300);
      },
    });
    expect(run.exitCode).toBe(null);
    expect(readdirSync(join(desk, "out"))).toEqual(["events.ndjson"]);
    const report = await larder(["report", "--from", "out/events.ndjson", "--output", "json"]);
    expect(report.exitCode).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({
      outcome: "unfinished",
      counts: { images: 2, pulled: 1, unfinished: 1 },
    });
  });

  it("pulls nothing if a report cannot be written or is not known (exit 2)", async () => {
    await mkdir(join(desk, "folder"));
    const run = await fetch([good, "--report", "html=folder", "--report", "xml=larder.xml", "Bad"]);
    expect([run.exitCode, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toContain("did you mean junit?");
    expect(run.stderr).toContain("folder: the file of the html report is a directory;");
    expect(run.stderr).toContain("[IMAGE_REFERENCE_INVALID]");
    expect(readdirSync(desk).toSorted()).toEqual(["cri.sock", "folder"]);
  });

  it("ends 1 if all images are there and a report is not; worse news, and --exit-zero, stay", async () => {
    const run = await fetch([good, "--report", "ndjson=/dev/full", "--report", "json=result.json"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toBe(
      "warning: /dev/full: the file of the ndjson report cannot be written, since the disk is full; it needs a place that this user can write to, with room on the disk [REPORT_UNWRITABLE]\n",
    );
    expect(JSON.parse(await written("result.json"))).toMatchObject({ outcome: "stocked", exitCode: 0 });
    const table = ["--report", "csv=/dev/full"];
    expect((await fetch([good, ...table, "--exit-zero"])).exitCode).toBe(0);
    expect((await fetch([hanging, ...table, "--overall-timeout", "1s"])).exitCode).toBe(3);
  });
});
