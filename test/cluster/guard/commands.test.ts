/** The commands as their users run them: the built program, a file, and a user who has what `deploy/guard.yaml` grants. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LarderRun, runLarder } from "../../kit/run-larder.ts";
import { cluster } from "../harness/cluster.ts";
import { grant, makeUser } from "../harness/roles.ts";
import { type Desk, LISTED, openDesk, tryImage } from "./desk.ts";

const id = randomUUID().slice(0, 8);
let desk: Desk;
let folder = "";
let kubeconfig = "";
let end: (() => Promise<void>) | undefined;

beforeAll(async () => {
  desk = await openDesk(cluster);
  folder = await mkdtemp(join(tmpdir(), "larder-guard-"));
  const user = `guard-${id}`;
  kubeconfig = await makeUser(user);
  end = await grant(user, { files: ["guard"] }, { stock: desk.name, secrets: "ci" }, id);
  const spec = `spec:\n  images: ['${LISTED}', 'quay.io/acme/db:\${TAG}']\n`;
  await writeFile(
    join(folder, "larder.yaml"),
    `apiVersion: larder.dev/v1alpha1\nkind: Stock\nmetadata: {name: ${desk.name}}\n${spec}`,
  );
});
afterAll(async () => {
  await desk.close();
  await end?.();
  await rm(folder, { recursive: true, force: true });
});

function guard(...args: readonly string[]): Promise<LarderRun> {
  return runLarder(["guard", ...args, "--kubeconfig", kubeconfig], { cwd: folder });
}

it("on, status and off need no more rights than deploy/guard.yaml gives", async () => {
  const qa = await desk.namespace("qa-1");
  const pattern = `${desk.name}-qa-*`;
  const on = await guard("on", "-f", "larder.yaml", "--set", "TAG=7", "--namespaces", pattern, "--output", "json");
  expect(on.stderr).not.toContain("larder:");
  expect(on.exitCode).toBe(0);
  expect(JSON.parse(on.stdout)).toMatchObject({ guard: desk.name, mode: "deny", images: 2, enforced: true });
  expect(await tryImage(desk, qa, "quay.io/acme/db:7")).toBe("");
  expect(await tryImage(desk, qa, "quay.io/acme/db:8")).toContain(`is on no list of Stock ${desk.name}`);
  const status = await guard("status", desk.name);
  expect(status.exitCode).toBe(0);
  expect(status.stdout).toContain(`larder-${desk.name}  refuses images that are on no list of Stock ${desk.name}`);
  expect(status.stdout).toContain("  in force    yes\n  images      2\n");
  expect(status.stdout).toContain(`${pattern}: 1 now (${qa})`);
  const off = await guard("off", "-f", "larder.yaml", "--set", "TAG=7");
  expect([off.exitCode, off.stdout]).toEqual([0, `The guard of Stock ${desk.name} is gone (3 objects).\n`]);
  expect(await tryImage(desk, qa, "quay.io/acme/db:8")).toBe("");
});

it("says at once that the API server serves no MutatingAdmissionPolicy, as 1.35 by default", async () => {
  await writeFile(join(folder, "policy.json"), JSON.stringify({ images: [{ image: LISTED, policy: "Never" }] }));
  const policy = ["--set-pull-policy", "--policy", "policy.json"];
  const run = await guard("on", "-f", "larder.yaml", "--set", "TAG=7", "--namespaces", `${desk.name}-qa-*`, ...policy);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("serves no MutatingAdmissionPolicy, which is on by default from Kubernetes 1.36 on");
  expect((await guard("status", desk.name)).stdout).toBe(`There is no guard of a Stock ${desk.name}.\n`);
});
