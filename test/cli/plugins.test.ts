import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { EXEC_V1, PluginFolder, pluginAnswer } from "../kit/plugin-folder.ts";
import { finishedImages, type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";

/** The built program with real plugins, against the embedded registry and runtime. */
const PASSWORD = "wonder-pw-of-alice";
const alice = { username: "alice", password: new SecretText(PASSWORD) };
const clock = systemClock();

let registry: EmbeddedRegistry;
let runtime: EmbeddedCriRuntime;
let desk: string;
let plugins: PluginFolder;

beforeAll(async () => {
  registry = await startEmbeddedRegistry({ clock, accounts: [alice], publicRepositories: ["public"] });
  for (const repository of ["public/tool", "acme/app", "acme/db", "acme/web"]) {
    const image = await makeImage({ files: { name: repository } });
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository, tag: "1", image, credential: alice, signal });
  }
});

afterAll(() => registry.close());

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-plugins-"));
  plugins = new PluginFolder();
  runtime = await startEmbeddedCriRuntime({ socket: join(desk, "cri.sock"), clock });
});

afterEach(async () => {
  await runtime.close();
  plugins.remove();
  await rm(desk, { recursive: true });
});

/** @param more lines of YAML in the provider */
function configOf(name: string, more = ""): string {
  return [
    "apiVersion: kubelet.config.k8s.io/v1",
    "kind: CredentialProviderConfig",
    "providers:",
    `- name: ${name}`,
    `  matchImages: ["${registry.host}"]`,
    "  defaultCacheDuration: 10m",
    `  apiVersion: ${EXEC_V1}`,
    more,
  ].join("\n");
}

function rightAnswer(): string {
  return pluginAnswer({ [registry.host]: ["alice", PASSWORD] });
}

async function withPlugin(script: string, more?: string): Promise<string[]> {
  plugins.write("ecr", script);
  await writeFile(join(desk, "plugins.yaml"), configOf("ecr", more));
  return ["--image-credential-provider-config", "plugins.yaml", "--image-credential-provider-bin-dir", plugins.path];
}

function fetchImages(
  names: readonly string[],
  args: readonly string[],
  options: LarderOptions = {},
  output = "ndjson",
): Promise<LarderRun> {
  const images = names.map((name) => `${registry.host}/${name}:1`);
  const all = ["fetch", "--cri-socket", join(desk, "cri.sock"), "--output", output, ...images, ...args];
  return runLarder(all, { cwd: desk, ...options });
}

function warningsOf(run: LarderRun): string[] {
  return run.events.filter((event) => event.kind === "warning").map((event) => String(event["message"]));
}

async function isGone(file: string): Promise<boolean> {
  const pid = readFileSync(file, "utf8").trim();
  for (let look = 0; look < 200; look++) {
    if (!existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    await clock.sleep(25);
  }
  return false;
}

describe("fetch with a plugin", () => {
  it("pulls private images, asks once for all of a registry, and not at all for what is there", async () => {
    const calls = join(desk, "calls");
    const args = await withPlugin(`cat >> ${calls}; echo '${rightAnswer()}'`);
    const images = ["acme/app", "acme/db", "acme/web"];
    const run = await fetchImages(images, args);
    expect(run.exitCode).toBe(0);
    expect(warningsOf(run)).toEqual([]);
    const credentials = run.events
      .filter((event) => event.kind === "pull-succeeded")
      .map((event) => event["credential"]);
    expect(credentials).toEqual(["plugin ecr", "plugin ecr", "plugin ecr"]);
    expect(readFileSync(calls, "utf8")).toBe(
      `{"kind":"CredentialProviderRequest","apiVersion":"${EXEC_V1}","image":"${registry.host}/acme/app"}\n`,
    );
    expect((await fetchImages(images, args)).exitCode).toBe(0);
    expect(readFileSync(calls, "utf8").trim().split("\n")).toHaveLength(1);
  });

  it("reads a folder of configs, and tries docker configs first", async () => {
    plugins.write("ecr", `echo '${rightAnswer()}'`);
    await mkdir(join(desk, "plugins.d"));
    await writeFile(join(desk, "plugins.d", "10-ecr.yaml"), configOf("ecr"));
    await writeFile(join(desk, "plugins.d", "README.txt"), "not read");
    await writeFile(
      join(desk, "cfg.json"),
      JSON.stringify({ auths: { [registry.host]: { username: "bob", password: "no" } } }),
    );
    const config = ["--docker-config", "cfg.json", "--image-credential-provider-config", "plugins.d"];
    const run = await fetchImages(["acme/app"], [...config, "--image-credential-provider-bin-dir", plugins.path]);
    expect(run.exitCode).toBe(0);
    const tried = run.events.filter((event) => event.kind === "pull-started").map((event) => event["credential"]);
    expect(tried).toEqual(["docker-config cfg.json", "plugin ecr"]);
  });

  it.each([
    ["crashes", "echo boom >&2; kill -SEGV $$", "it was ended by SIGSEGV; it said: boom"],
    ["exits", "exit 1", "it exited with code 1; it said nothing"],
    ["prints garbage", "echo garbage", "its answer is not JSON; it said nothing"],
    ["prints 10 MiB", "head -c 10485760 /dev/zero", "it printed more than 1024 KiB, and was killed; it said nothing"],
  ])("that %s gives a complete result and one warning", async (_what, script, why) => {
    const run = await fetchImages(["public/tool", "acme/app", "acme/db"], await withPlugin(script));
    expect(run.exitCode).toBe(1);
    expect(warningsOf(run)).toEqual([`the credential plugin ecr gave no credentials: ${why}`]);
    const outcomes = Object.values(finishedImages(run)).map(
      (event) => `${String(event["outcome"])} ${String(event["class"])}`,
    );
    expect(outcomes.toSorted()).toEqual(["failed unauthorized", "failed unauthorized", "pulled undefined"]);
  });

  it("whose program is not there is a warning", async () => {
    const args = await withPlugin("");
    plugins.remove();
    const run = await fetchImages(["public/tool"], args);
    expect(run.exitCode).toBe(0);
    expect(warningsOf(run)).toEqual([expect.stringContaining(`${plugins.path}/ecr cannot be run`)]);
  });

  it("that hangs is ended at the deadline, with its children", async () => {
    const pids = [join(desk, "parent"), join(desk, "child")] as const;
    const args = await withPlugin(`echo $$ > ${pids[0]}; sleep 300 & echo $! > ${pids[1]}; wait`);
    const run = await fetchImages(["acme/app"], [...args, "--overall-timeout", "1s"]);
    expect(run.exitCode).toBe(3);
    expect(run.tookMs).toBeLessThan(10_000);
    expect(finishedImages(run)[`${registry.host}/acme/app:1`]).toMatchObject({ outcome: "deadline", attempts: 0 });
    for (const file of pids) expect(await isGone(file)).toBe(true);
  });

  it("that hangs is ended by an interrupt, with its children", async () => {
    const pids = [join(desk, "parent"), join(desk, "child")] as const;
    const args = await withPlugin(`echo $$ > ${pids[0]}; sleep 300 & echo $! > ${pids[1]}; wait`);
    let interruptedAt = 0;
    const run = await fetchImages(["acme/app"], args, {
      onEvent: ({ kind }, signal) => {
        if (kind !== "runtime-connected") return;
        void whenThere(pids[1]).then(() => {
          interruptedAt = clock.monotonic();
          signal("SIGINT");
        });
      },
    });
    expect(run.exitCode).toBe(130);
    expect(clock.monotonic() - interruptedAt).toBeLessThan(2_000);
    for (const file of pids) expect(await isGone(file)).toBe(true);
  });
});

async function whenThere(file: string): Promise<void> {
  for (let look = 0; look < 400 && !(existsSync(file) && readFileSync(file, "utf8").endsWith("\n")); look++)
    await clock.sleep(25);
}

describe("planted passwords", () => {
  const planted = {
    config: "planted-in-the-config",
    argument: "planted-in-an-argument",
    answer: "planted-in-the-answer",
    docker: "planted-in-docker-config",
    node: "planted-in-the-environment",
  };

  /** Answers with a wrong password for one image; for others it fails after half an answer. */
  function leakyScript(): string {
    const answer = pluginAnswer({ [registry.host]: ["alice", planted.answer] }, { cacheKeyType: "Image" });
    const secrets = `$PLUGIN_SECRET $1 $NODE_TOKEN ${planted.answer} https://u:${planted.answer}@r.io`;
    return `request=$(cat); echo "${secrets}" >&2; printf '%s' '${answer.slice(0, -1)}'; case $request in *acme/app*) echo '}';; *) exit 1;; esac`;
  }

  it.each([["text"], ["json"], ["ndjson"], ["text", "--debug"]])(
    "stand in nothing that fetch prints (%s %s)",
    async (output, ...more) => {
      const provider = `  env: [{name: PLUGIN_SECRET, value: ${planted.config}}]\n  args: ["--key=${planted.argument}"]`;
      const args = await withPlugin(leakyScript(), provider);
      const auth = Buffer.from(`bob:${planted.docker}`).toString("base64");
      await writeFile(join(desk, "cfg.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
      const all = [...args, "--docker-config", "cfg.json", "--parallel", "1", ...more];
      const run = await fetchImages(
        ["acme/app", "acme/db"],
        all,
        { environment: { NODE_TOKEN: planted.node } },
        output,
      );
      expect(run.exitCode).toBe(1);
      const printed = run.stdout + run.stderr;
      expect(printed).toContain("it exited with code 1; it said: *** --key=*** *** *** https://***@r.io");
      for (const secret of Object.values(planted)) {
        expect(printed).not.toContain(secret);
        expect(printed).not.toContain(Buffer.from(secret).toString("base64").slice(0, 12));
      }
    },
  );

  it("stand in nothing that explain image prints", async () => {
    const args = await withPlugin(
      `echo "$PLUGIN_SECRET" >&2; echo '${pluginAnswer({ [registry.host]: ["alice", planted.answer] })}'`,
      `  env: [{name: PLUGIN_SECRET, value: ${planted.config}}]`,
    );
    await writeFile(
      join(desk, "cfg.json"),
      JSON.stringify({ auths: { [registry.host]: { username: "bob", password: planted.docker } } }),
    );
    for (const output of ["text", "json"]) {
      const image = `${registry.host}/acme/app:1`;
      const run = await runLarder(["explain", "image", image, "--docker-config", "cfg.json", ...args, "-o", output], {
        cwd: desk,
      });
      expect(run.exitCode).toBe(0);
      expect(run.stdout).toContain("plugin ecr");
      for (const secret of Object.values(planted)) expect(run.stdout + run.stderr).not.toContain(secret);
    }
  });
});
