import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatStreamLine } from "#present/ndjson/presenter.ts";
import { expectGolden } from "../kit/golden.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";
import { sampleRun, tell } from "../kit/sample-events.ts";
import { tellVerdicts, verdictMiddle, verdictRun } from "../kit/sample-verdicts.ts";

/** `larder policy` as its users run it, with verdicts that were saved. */
const streamOf = (lines: ReturnType<typeof tellVerdicts>): string =>
  lines.map((line) => `${formatStreamLine(line)}\n`).join("");

const stock = `apiVersion: larder.dev/v1alpha1
kind: Stock
metadata: {name: qa}
spec:
  images: [quay.io/acme/app:1.2.3, quay.io/acme/twin:1, ghcr.io/acme/tool:2, "busybox:\${TAG}", registry.example/new:1]
  pullSecrets: [ci/quay, ci/ghcr]
`;

const pod = `kind: Pod
metadata: {name: p}
spec:
  initContainers:
  - {name: i, image: 'busybox:1.36'}   # flow
  containers:
  - name: a
    image: quay.io/acme/twin:1 # pinned
    imagePullPolicy: "Never"
  - name: b
    image: ghcr.io/acme/tool:2
  - name: c
    image: busybox:1.36
    imagePullPolicy: Always
`;

const applied = pod
  .replace("'busybox:1.36'}", "'busybox:1.36', imagePullPolicy: 'Never'}")
  .replace('"Never"', '"IfNotPresent"');

let desk: string;

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(desk, file)), { recursive: true });
  await writeFile(join(desk, file), text);
}

const written = (file: string): Promise<string> => readFile(join(desk, file), "utf8");

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-policy-"));
  await put("larder.yaml", stock);
  await put("verdicts.ndjson", streamOf(tellVerdicts(verdictRun)));
});

afterEach(() => rm(desk, { recursive: true }));

const common = ["-f", "larder.yaml", "--set", "TAG=1.36", "--verdicts", "verdicts.ndjson"];

function policy(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return runLarder(["policy", ...args], { cwd: desk, ...options });
}

function block({ exitCode, stdout, stderr }: LarderRun): string {
  return `exit code ${exitCode}\n--- stdout\n${stdout}--- stderr\n${stderr}`.replaceAll(desk, "/desk");
}

describe("larder policy", () => {
  it.each(["text", "env", "json", "yaml", "github"])(
    "shows what each registry and image can use as %s",
    async (output) => {
      expectGolden(`cli/policy-${output}.txt`, block(await policy([...common, "--output", output])));
    },
  );

  it("shows one registry, for the secrets that tests use, and says the same as policy show", async () => {
    const run = await policy([...common, "--registry", "docker.io", "--secret", "ci/quay", "-o", "env"]);
    expect(block(run)).toBe("exit code 0\n--- stdout\nIMAGE_PULL_POLICY_FOR_DOCKER_IO=Never\n--- stderr\n");
    expect((await policy(["show", ...common])).stdout).toBe((await policy(common)).stdout);
  });

  it("takes a stream that was cut, and counts what it does not tell as not served", async () => {
    const cut = `${streamOf(tellVerdicts(verdictMiddle))}{"schema":"lard`;
    const run = await policy([...common.slice(0, -1), "-", "--registry", "ghcr.io"], { input: cut });
    expectGolden("cli/policy-cut.txt", block(run));
  });

  it("ends 2 where an input is wrong", async () => {
    await put(
      "events.ndjson",
      tell(sampleRun)
        .map((event) => `${formatStreamLine(event)}\n`)
        .join(""),
    );
    await put("headless.ndjson", streamOf(tellVerdicts(verdictMiddle.slice(1))));
    const runs = [
      await policy([...common, "--registry", "qay.io"]),
      await policy(["-f", "-", "--verdicts", "-", "--secret", "quay"]),
      await policy(["-f", "larder.yaml", "--set", "TAG=1", "--verdicts", "gone.ndjson"]),
      await policy(["-f", "larder.yaml", "--set", "TAG=1", "--verdicts", "events.ndjson"]),
      await policy(["-f", "larder.yaml", "--set", "TAG=1", "--verdicts", "headless.ndjson"]),
      await policy(["-f", "larder.yaml", "--verdicts", "verdicts.ndjson"]),
    ];
    expectGolden("cli/policy-input.txt", runs.map(block).join("\n"));
  });
});

describe("larder policy apply", () => {
  it("writes into the manifests of a folder, and the second time nothing", async () => {
    await put("deploy/pod.yaml", pod);
    await put("deploy/deep/pod.yml", pod.replaceAll("\n", "\r\n"));
    await put("deploy/chart/template.yaml", `{{- if .Values.on }}\n${pod}{{- end }}\n`);
    await put("deploy/other.json", "{broken");
    await put("deploy/readme.md", pod);
    await put("deploy/.git/pod.yaml", pod);
    await put("deploy/node_modules/x/pod.yaml", pod);
    await chmod(join(desk, "deploy/pod.yaml"), 0o640);
    expectGolden("cli/policy-apply-check.txt", block(await policy(["apply", ...common, "--check", "deploy"])));
    expect(await written("deploy/pod.yaml")).toBe(pod);
    expectGolden("cli/policy-apply.txt", block(await policy(["apply", ...common, "deploy"])));
    expect(await written("deploy/pod.yaml")).toBe(applied);
    expect(await written("deploy/deep/pod.yml")).toBe(applied.replaceAll("\n", "\r\n"));
    expect((await stat(join(desk, "deploy/pod.yaml"))).mode & 0o777).toBe(0o640);
    for (const file of ["deploy/readme.md", "deploy/.git/pod.yaml", "deploy/node_modules/x/pod.yaml"]) {
      expect(await written(file)).toBe(pod);
    }
    expect(await policy(["apply", ...common, "--check", "deploy"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^summary {2}0 policies would change in 0 of 4 files$/m) as string,
    });
  });

  it("takes standard input to standard output, whole also where it can read nothing", async () => {
    const run = await policy(["apply", ...common, "-"], { input: pod });
    expect([run.exitCode, run.stdout]).toEqual([0, applied]);
    expect(run.stderr).toMatch(/^summary {2}2 policies changed in 1 of 1 file$/m);
    const template = `{{- if .x }}\n${pod}`;
    expect(await policy(["apply", ...common, "-"], { input: template })).toMatchObject({
      exitCode: 0,
      stdout: template,
    });
    const check = await policy(["apply", ...common, "--check", "-"], { input: pod });
    expect([check.exitCode, check.stdout.includes("kind:")]).toEqual([1, false]);
    const twice = await policy(["apply", "-f", "-", "--verdicts", "verdicts.ndjson", "-"], { input: stock });
    expect([twice.exitCode, twice.stdout]).toEqual([2, ""]);
  });

  it("keeps a byte order mark, and leaves what is no UTF-8", async () => {
    await put("bom.yaml", `\ufeff${pod}`);
    const latin1 = Buffer.from(`# \u00fc\n${pod}`, "latin1");
    await writeFile(join(desk, "latin1.yaml"), latin1);
    const run = await policy(["apply", ...common, "bom.yaml", "latin1.yaml"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("latin1.yaml: the manifest is not UTF-8 text");
    expect(await written("bom.yaml")).toBe(`\ufeff${applied}`);
    expect(await readFile(join(desk, "latin1.yaml"))).toEqual(latin1);
  });

  it("follows a link that is named, and passes over those in folders", async () => {
    await put("real/pod.yaml", pod);
    await mkdir(join(desk, "links"));
    await symlink(join(desk, "real/pod.yaml"), join(desk, "links/pod.yaml"));
    await policy(["apply", ...common, "links"]);
    expect(await written("real/pod.yaml")).toBe(pod);
    await policy(["apply", ...common, "links/pod.yaml"]);
    expect(await written("real/pod.yaml")).toBe(applied);
  });

  it("ends 2, and writes nothing, where a path is not there", async () => {
    await put("pod.yaml", pod);
    const run = await policy(["apply", ...common, "pod.yaml", "gone.yaml"]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("gone.yaml: the manifest does not exist");
    expect(await written("pod.yaml")).toBe(pod);
    expect((await policy(["apply", ...common])).exitCode).toBe(2);
  });
});
