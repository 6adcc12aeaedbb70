import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { expectGolden } from "../kit/golden.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";

/**
 * The built program as its users run it, against the embedded registry and runtime: what it prints and how it ends.
 * A golden file is one block: exit code, standard output, standard error.
 */
const alice = { username: "alice", password: new SecretText("wonder") };
const clock = systemClock();

let registry: EmbeddedRegistry;
let runtime: EmbeddedCriRuntime;
let desk: string;

beforeAll(async () => {
  registry = await startEmbeddedRegistry({ clock, accounts: [alice], publicRepositories: ["public"] });
  for (const repository of ["public/tool", "acme/app", "acme/slow"]) {
    const image = await makeImage({ files: { name: repository } });
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository, tag: "1", image, credential: alice, signal });
  }
});

afterAll(() => registry.close());

beforeEach(async () => {
  registry.setFaults([]);
  desk = await mkdtemp(join(tmpdir(), "larder-cli-"));
  runtime = await startEmbeddedCriRuntime({ socket: join(desk, "cri.sock"), clock });
  const auth = Buffer.from("alice:wonder").toString("base64");
  await writeFile(join(desk, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
});

afterEach(async () => {
  await runtime.close();
  await rm(desk, { recursive: true });
});

function larder(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return runLarder(args, { cwd: desk, environment: { NODE_NAME: "worker-1" }, ...options });
}

function fetchHere(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return larder(["fetch", "--cri-socket", join(desk, "cri.sock"), "--parallel", "1", ...args], options);
}

/** One block, without what differs from run to run. */
function block({ exitCode, stdout, stderr }: LarderRun): string {
  const stable = (text: string): string =>
    text
      .replaceAll(registry.host, "registry.test:5000")
      .replaceAll(desk, "/desk")
      .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, "TIME")
      .replaceAll(/"(?:run|time|startedAt)": ?"[^"]*"/g, (field) => field.replace(/: ?"[^"]*"$/, ': "…"'))
      .replaceAll(/"durationMs": ?\d+/g, '"durationMs": 0')
      .replaceAll(/\b[0-9a-f]{64}\b/g, "DIGEST");
  return `exit code ${exitCode}\n--- stdout\n${stable(stdout)}--- stderr\n${stable(stderr)}`;
}

describe("larder fetch", () => {
  const images = (): string[] =>
    ["public/tool:1", "acme/app:1", "acme/typo:1"].map((name) => `${registry.host}/${name}`);

  it("0: all are there", async () => {
    await writeFile(
      join(desk, "images.txt"),
      `# two\n${registry.host}/public/tool:\${TAG}\n${registry.host}/acme/app:1\n`,
    );
    const args = ["--image-list-file", "images.txt", "--set", "TAG=1", "--docker-config", "config.json"];
    expectGolden("cli/fetch-stocked.txt", block(await fetchHere(args)));
    expectGolden("cli/fetch-present.txt", block(await fetchHere(args)));
  });

  it("1: one is missing, one is denied", async () => {
    expectGolden("cli/fetch-incomplete.txt", block(await fetchHere(images())));
  });

  it("1, as one result for programs", async () => {
    const run = await fetchHere([...images(), "--docker-config", "config.json", "--output", "json"]);
    expectGolden("cli/fetch-json.txt", block(run));
    expect(JSON.parse(run.stdout)).toMatchObject({ exitCode: 1, outcome: "incomplete" });
  });

  it("0 with --exit-zero, whatever is missing or wrong", async () => {
    expect((await fetchHere([...images(), "--exit-zero"])).exitCode).toBe(0);
    expect((await fetchHere(["Wrong", "--exit-zero"])).exitCode).toBe(0);
  });

  it("2: wrong input, all of it shown", async () => {
    await writeFile(join(desk, "images.txt"), "Wrong\nregistry.test/app:${TAG}\n");
    await writeFile(join(desk, "broken.json"), '{"auths": {"quay.io": {"auth": "%"}}}');
    const args = ["--image-list-file", "images.txt", "--image-list-file", "none.txt", "--docker-config", "broken.json"];
    expectGolden("cli/fetch-input.txt", block(await fetchHere(args)));
  });

  it.each([
    ["unknown-flag", ["fetch", "--paralel", "2"]],
    ["unknown-command", ["ftech"]],
    ["bad-duration", ["fetch", "a", "--overall-timeout", "5 minutes"]],
    ["no-images", ["fetch"]],
    ["bad-socket", ["fetch", "a", "--cri-socket", "tcp://1.2.3.4"]],
  ])("2: wrong usage (%s)", async (name, args) => {
    expectGolden(`cli/usage-${name}.txt`, block(await larder(args)));
  });

  it("3: the deadline passed", async () => {
    registry.setFaults([{ on: { repository: "acme/slow" }, fault: { kind: "stall" } }]);
    const run = await fetchHere([
      `${registry.host}/acme/slow:1`,
      "--docker-config",
      "config.json",
      "--overall-timeout",
      "1s",
    ]);
    expectGolden("cli/fetch-deadline.txt", block(run));
  });

  it("4: no runtime", async () => {
    await runtime.stop();
    expectGolden("cli/fetch-unreachable.txt", block(await fetchHere(["a", "--overall-timeout", "1s"])));
  });

  it("4, at once: what is there is no socket", async () => {
    const run = await larder(["fetch", "a", "--cri-socket", join(desk, "config.json")]);
    expectGolden("cli/fetch-no-socket.txt", block(run));
    expect(run.tookMs).toBeLessThan(10_000);
  });

  it("130: interrupted", async () => {
    registry.setFaults([{ on: { repository: "acme/slow" }, fault: { kind: "stall" } }]);
    const run = await fetchHere(
      [`${registry.host}/acme/slow:1`, "--docker-config", "config.json", "--output", "ndjson"],
      {
        onEvent: (event, signal) => {
          if (event.kind === "pull-started") signal("SIGINT");
        },
      },
    );
    expect(run.exitCode).toBe(130);
    expect(run.events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "interrupted" });
  });

  it("--quiet shows what failed and the summary", async () => {
    expectGolden("cli/fetch-quiet.txt", block(await fetchHere([...images(), "--docker-config", "config.json", "-q"])));
  });

  it("--debug tells which credentials match and what lies on the node", async () => {
    const run = await fetchHere([...images().slice(0, 2), "--docker-config", "config.json", "--debug", "--quiet"]);
    expectGolden("cli/fetch-debug.txt", block(run));
    expect(run.stderr).not.toContain("wonder");
  });

  it("warns of what has no effect", async () => {
    const [image = ""] = images();
    const run = await fetchHere([image, image, "--metrics-endpoint", "metrics:8443", "--set", "UNUSED=1"]);
    expectGolden("cli/fetch-warnings.txt", block(run));
  });

  it("writes a stream that its schema describes", async () => {
    registry.setFaults([
      { on: { repository: "acme/app", part: "manifest" }, times: 1, fault: { kind: "status", status: 503 } },
    ]);
    const run = await fetchHere([...images(), ...images(), "--docker-config", "config.json", "--output", "ndjson"]);
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    ajvFormats(ajv);
    const isEvent = ajv.compile(JSON.parse(await readFile("schema/event.schema.json", "utf8")));
    for (const event of run.events)
      expect(isEvent(event), JSON.stringify({ event, errors: isEvent.errors })).toBe(true);
    const kinds = new Set(run.events.map((event) => event.kind));
    expect([...kinds].toSorted()).toEqual([
      "image-finished",
      "pull-delayed",
      "pull-failed",
      "pull-started",
      "pull-succeeded",
      "run-finished",
      "run-started",
      "runtime-connected",
      "warning",
    ]);
  });
});

describe("output that cannot be written", () => {
  it("ends the run where nobody reads any more, and is told where the disk is full", async () => {
    const { stderr } = await shell("larder demo | head -1; echo ${PIPESTATUS[0]} >&2");
    expect(stderr).toBe("130\n");
    const full = await shell("larder demo >/dev/full; echo $? >&2");
    expect(full.stderr).toBe("larder: standard output cannot be written (ENOSPC), so a part of it is lost\n1\n");
  });

  it.each(["--help", "--version"])("fails %s, which writes all at once", async (flag) => {
    const full = await shell(`larder ${flag} >/dev/full; echo $? >&2`);
    expect(full.stderr).toBe("larder: standard output cannot be written (ENOSPC), so a part of it is lost\n1\n");
  });

  function shell(script: string): Promise<{ stdout: string; stderr: string }> {
    const define = `larder() { "${process.execPath}" "${join(process.cwd(), "dist/larder.js")}" "$@"; }; `;
    return promisify(execFile)("bash", ["-c", define + script], { cwd: desk });
  }
});

describe("larder", () => {
  it("--help", async () => expectGolden("cli/help.txt", block(await larder(["--help"]))));
  it("--version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    expect(await larder(["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  });
});
