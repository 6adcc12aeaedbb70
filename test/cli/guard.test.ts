import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parseAllDocuments } from "yaml";
import { runLarder } from "../kit/run-larder.ts";

let folder = "";
let stock = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-guard-"));
  stock = join(folder, "larder.yaml");
  await writeFile(
    stock,
    "apiVersion: larder.dev/v1alpha1\nkind: Stock\nmetadata: {name: qa}\nspec:\n  images: [nginx, 'quay.io/acme/app:${TAG}']\n",
  );
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** An API server that answers like one of Kubernetes 1.29: its admission group has webhooks only. */
async function oldServer(): Promise<{ kubeconfig: string; requests: string[] }> {
  const requests: string[] = [];
  const answers: Readonly<Record<string, object>> = {
    "/version": { major: "1", minor: "29", gitVersion: "v1.29.14" },
    "/apis/admissionregistration.k8s.io/v1": {
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion: "admissionregistration.k8s.io/v1",
      resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map((name) => ({
        name,
        singularName: name.slice(0, -1),
        namespaced: false,
        kind: name,
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      })),
    },
  };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", status: "Failure", reason: "NotFound", code: 404 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const kubeconfig = join(folder, "kubeconfig");
  const cluster = `{server: "http://127.0.0.1:${(server.address() as AddressInfo).port}"}`;
  await writeFile(
    kubeconfig,
    `apiVersion: v1\nkind: Config\ncurrent-context: old\nclusters: [{name: old, cluster: ${cluster}}]\nusers: [{name: me, user: {}}]\ncontexts: [{name: old, context: {cluster: old, user: me}}]\n`,
  );
  return { kubeconfig, requests };
}

describe("larder guard", () => {
  it("says that Kubernetes before 1.30 cannot guard, names another way, and changes nothing", async () => {
    const { kubeconfig, requests } = await oldServer();
    const flags = ["-f", stock, "--set", "TAG=1", "--namespaces", "qa-*", "--kubeconfig", kubeconfig];
    const run = await runLarder(["guard", "on", ...flags]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("v1.29.14");
    expect(run.stderr).toContain("which Kubernetes has from 1.30 on");
    expect(run.stderr).toContain("imagePullPolicy Never");
    expect(requests.every((request) => request.startsWith("GET "))).toBe(true);
  });

  it("tells what it costs before it asks a cluster", async () => {
    const flags = ["-f", stock, "--set", "TAG=1", "--namespaces", "qa-*", "--kubeconfig", "/nowhere"];
    const run = await runLarder(["guard", "on", ...flags]);
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain("120 of the API server's 1000000 CEL units per image");
  });

  it("renders YAML without a cluster, and the same again", async () => {
    const flags = ["guard", "render", "-f", stock, "--set", "TAG=1", "--namespaces", "qa-*,e2e"];
    const [run, again] = [await runLarder(flags), await runLarder(flags)];
    expect(run.exitCode).toBe(0);
    expect(again.stdout).toBe(run.stdout);
    const documents = parseAllDocuments(run.stdout).map((document) => document.toJS() as { kind: string });
    expect(documents.map(({ kind }) => kind)).toEqual([
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "ValidatingAdmissionPolicyBinding",
    ]);
    expect(run.stdout).toContain("'quay.io/acme/app:1'");
  });

  it.each([
    [[], "which namespaces are guarded"],
    [["--namespaces", "kube-system"], "namespaces of the system cannot be guarded"],
    [["--namespaces", "larder"], "where Larder's own pods run"],
    [["--namespaces", "qa", "--allow", "quay.io/x/*"], "gives no reason"],
    [["--namespaces", "qa", "--set-pull-policy"], "it is not said which pull policies"],
    [["--namespaces", "qa", "--policy", "p.json"], "nothing would be done with it"],
    [["--selector", "a>1"], "compares numbers"],
  ])("takes no %j", async (flags, why) => {
    const run = await runLarder(["guard", "render", "-f", stock, "--set", "TAG=1", ...flags]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(why);
  });
});
