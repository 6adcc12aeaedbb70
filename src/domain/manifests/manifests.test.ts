import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { expectGolden } from "../../../test/kit/golden.ts";
import { type SampleNode, sampleNode } from "../../../test/kit/sample-nodes.ts";
import { type Situation, samplePlan, sampleSecret } from "../../../test/kit/sample-plan.ts";
import type { ApiObject } from "../cluster/api-object.ts";
import { parseDnsLabel } from "../cluster/names.ts";
import { listAt, textAt, textMapAt, valueAt } from "../json/unknown-value.ts";
import { manifestsOf, withoutSecrets } from "./manifests.ts";
import { objectName } from "./object-name.ts";

const gkeNode = (name: string, pool: string, architecture: string): SampleNode => ({
  name,
  architecture,
  kubelet: pool === "ci" ? "v1.37.1-gke.100" : "v1.34.4-gke.200",
  labels: { "cloud.google.com/gke-nodepool": pool },
  providerID: `gce://acme/europe-west1-b/${name}`,
  osImage: "Container-Optimized OS from Google",
});

const situations: Readonly<Record<string, Situation>> = {
  "kubelet-mixed": {
    spec: `{
      images: [busybox:1.36, quay.io/acme/app:1, {ref: quay.io/acme/db:15, secrets: [ci/database]}],
      pullSecrets: [ci/quay],
      nodes: {selector: "pool in (ci,qa)", names: [b, a], arch: amd64, tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]},
      nodeLabels: {acme.example/qa: stocked}
    }`,
    nodes: [
      sampleNode({ name: "a", labels: { pool: "ci" } }),
      sampleNode({ name: "b", labels: { pool: "qa" }, kubelet: "v1.34.4" }),
      sampleNode({ name: "v", kubelet: "v1.25.0-vk-azure-aci-1.6.2" }),
    ],
    secrets: [sampleSecret("ci/quay", ["quay.io"]), sampleSecret("ci/database", ["quay.io/acme/db"])],
    publicRegistries: ["docker.io"],
  },
  "cri-openshift": {
    spec: `{method: cri, images: [quay.io/acme/app:1, registry.ci/fixtures:2], pullSecrets: [openshift-config/pull-secret], grace: 2m}`,
    name: "e2e",
    nodes: [
      sampleNode({
        kubelet: "v1.35.2",
        runtime: "cri-o://1.35.2-3.rhaos4.22.git",
        providerID: "aws:///eu-west-1a/i-1",
        labels: { "node.openshift.io/os_id": "rhel" },
      }),
    ],
    apiGroups: ["config.openshift.io"],
    secrets: [sampleSecret("openshift-config/pull-secret", ["quay.io", "registry.ci"])],
  },
  "hybrid-gke": {
    spec: `{
      method: hybrid,
      images: [europe-docker.pkg.dev/acme/ci/app:1, {ref: europe-docker.pkg.dev/acme/ci/driver:3, platform: linux/amd64, secrets: []}],
      pullSecrets: [ci/registry], pacing: {spread: 90s}, timeout: 1h
    }`,
    name: "nightly",
    nodes: [gkeNode("gke-1", "ci", "amd64"), gkeNode("gke-2", "ci", "arm64"), gkeNode("gke-3", "old", "amd64")].map(
      sampleNode,
    ),
    secrets: [sampleSecret("ci/registry", ["europe-docker.pkg.dev"])],
  },
};

describe("the manifests of a Stock", () => {
  it.each(Object.entries(situations))("%s", async (name, situation) => {
    const objects = manifestsOf(await samplePlan(situation));
    expectGolden(
      `manifests/${name}.yaml`,
      objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join(""),
    );
  });

  it("hold passwords only in the copies of the secrets", async () => {
    for (const situation of Object.values(situations)) {
      const objects = manifestsOf(await samplePlan(situation));
      const [data = ""] =
        situation.secrets?.flatMap((secret) => [...secret.data.values()].map((one) => one.reveal())) ?? [];
      expect(JSON.stringify(objects)).toContain(data);
      const shown = JSON.stringify(withoutSecrets(objects));
      for (const part of [data, "wonder", Buffer.from("alice:wonder").toString("base64")])
        expect(shown).not.toContain(part);
    }
  });

  it("copy secrets as they are, and two of the same name apart", async () => {
    const spec = "{method: cri, images: [quay.io/a], pullSecrets: [a/quay, b/quay]}";
    const secrets = [sampleSecret("a/quay", ["quay.io"], "one"), sampleSecret("b/quay", ["quay.io"], "two")];
    const plan = await samplePlan({ spec, nodes: [sampleNode()], secrets });
    const copies = manifestsOf(plan).filter(({ kind }) => kind === "Secret");
    expect(new Set(copies.map(({ metadata }) => metadata.name)).size).toBe(2);
    for (const secret of secrets) {
      const from = `${secret.name.namespace}/${secret.name.name}`;
      const copy = copies.find(({ metadata }) => metadata.annotations?.["larder.dev/copied-from"] === from);
      expect(copy?.["type"]).toBe(secret.type);
      expect(copy?.["data"]).toEqual({ ".dockerconfigjson": secret.data.get(".dockerconfigjson")?.reveal() });
    }
  });

  it.each([
    ["kubelet", ["larder ci/other", "larder ci/quay"]],
    ["cri", ["larder ci/other", "larder ci/quay", "larder-agents ci/other", "larder-agents ci/quay"]],
  ])("of method %s copy every secret to where probes ask, and to agents", async (method, places) => {
    const plan = await samplePlan({
      spec: `{method: ${method}, images: [quay.io/a], pullSecrets: [ci/quay, ci/other]}`,
      nodes: [sampleNode()],
      secrets: [sampleSecret("ci/quay", ["quay.io"]), sampleSecret("ci/other", ["other.io"])],
    });
    const copies = manifestsOf(plan).filter(({ kind }) => kind === "Secret");
    const found = copies.map(
      ({ metadata }) => `${metadata.namespace} ${metadata.annotations?.["larder.dev/copied-from"]}`,
    );
    expect(found).toEqual(places);
  });

  it("roll out anew when a secret is another, and only then", async () => {
    const spec = "{method: hybrid, images: [quay.io/a, docker.io/b], pullSecrets: [a/quay]}";
    const secret = sampleSecret("a/quay", ["quay.io"]);
    const situation = { spec, nodes: [sampleNode()], publicRegistries: ["docker.io"] };
    const before = manifestsOf(await samplePlan({ ...situation, secrets: [secret] }));
    const again = manifestsOf(await samplePlan({ ...situation, secrets: [secret] }));
    const after = manifestsOf(await samplePlan({ ...situation, secrets: [{ ...secret, resourceVersion: "8" }] }));
    expect(again).toEqual(before);
    const changed = after.filter((object, index) => JSON.stringify(object) !== JSON.stringify(before[index]));
    expect(changed.map(({ kind, metadata }) => [kind, metadata.labels?.["larder.dev/role"]])).toEqual([
      // The inventory says which version of the pods counts now.
      ["ConfigMap", undefined],
      ["DaemonSet", "agent"],
      ["DaemonSet", "shelf"],
    ]);
  });

  it("can be told apart by their labels, from each other and from those of other Stocks", async () => {
    const selectors: string[] = [];
    for (const situation of Object.values(situations)) {
      for (const set of manifestsOf(await samplePlan(situation)).filter(({ kind }) => kind === "DaemonSet")) {
        const selector = textMapAt(set, "spec", "selector", "matchLabels");
        expect(textMapAt(set, "spec", "template", "metadata", "labels")).toEqual(selector);
        selectors.push([...selector].map(([key, value]) => `${key}=${value}`).join());
      }
    }
    expect(new Set(selectors).size).toBe(selectors.length);
  });
});

describe("every pod", () => {
  const image = fc.constantFrom("busybox", "quay.io/a/b:1", "quay.io/c@sha256:".padEnd(81, "0"), "r.io/d", "r.io/e:2");
  const situation = fc.record({
    name: fc.constantFrom("a", "qa", "x".repeat(40), "a-b"),
    namespace: fc.constantFrom("larder", "n".repeat(56)),
    method: fc.constantFrom("kubelet", "cri", "hybrid"),
    images: fc.uniqueArray(image, { minLength: 1 }),
    secret: fc.boolean(),
    nodes: fc.array(
      fc.record({
        name: fc.constantFrom("n1", "n2", "n3"),
        labels: fc.record({ agentpool: fc.constantFrom("p", "q") }),
        kubelet: fc.constantFrom("v1.34.0", "v1.35.0", "v1.37.0"),
        runtime: fc.constantFrom("containerd://2.2.0", "cri-o://1.35.0"),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
  const plans = situation.map(({ method, images, secret, nodes, ...names }) =>
    samplePlan({
      ...names,
      spec: `{method: ${method}, images: [${images.map((one) => JSON.stringify(one)).join()}]${secret ? ", pullSecrets: [ci/quay]" : ""}}`,
      nodes: nodes.map(sampleNode),
      mayLabel: true,
      secrets: secret ? [sampleSecret("ci/quay", ["quay.io"])] : [],
      publicRegistries: ["r.io"],
    }),
  );

  it("is restricted where it need not be otherwise, names images by its containers, and has what it mounts", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (planned) => {
        const plan = await planned;
        const objects = manifestsOf(plan);
        const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name ?? ""}`);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { metadata } of objects) {
          expect(parseDnsLabel(metadata.name ?? "")).toMatchObject({ ok: true });
          expect(Object.values(metadata.labels ?? {}).filter((value) => value.length > 63)).toEqual([]);
        }
        for (const set of objects.filter(({ kind }) => kind === "DaemonSet")) checkPod(set, objects);
        expect(imagesOf(objects, "shelf")).toEqual(plan.shelves.length === 0 ? [] : spellings(plan.stock.images));
        expect(imagesOf(objects, "agent")).toEqual(plan.agentGroups.length === 0 ? [] : spellings(plan.stock.images));
      }),
      { numRuns: 150 },
    );
  });
});

function spellings(images: readonly { readonly reference: { readonly written: string } }[]): string[] {
  return images.map(({ reference }) => reference.written).toSorted();
}

/** What the annotations of all DaemonSets of a role name together. */
function imagesOf(objects: readonly ApiObject[], role: string): string[] {
  const sets = objects.filter(({ metadata }) => metadata.labels?.["larder.dev/role"] === role);
  const named = sets.flatMap((set) => {
    const text = textAt(set, "spec", "template", "metadata", "annotations", "larder.dev/images") ?? "{}";
    return Object.values(JSON.parse(text) as Record<string, string[]>).flat();
  });
  return [...new Set(named)].toSorted();
}

function checkPod(set: ApiObject, objects: readonly ApiObject[]): void {
  const pod = valueAt(set, "spec", "template", "spec");
  const isShelf = set.metadata.labels?.["larder.dev/role"] === "shelf";
  expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  const containers = [...listAt(pod, "initContainers"), ...listAt(pod, "containers")];
  const named = Object.keys(
    JSON.parse(textAt(set, "spec", "template", "metadata", "annotations", "larder.dev/images") ?? "{}") as object,
  );
  expect(containers.map((one) => textAt(one, "name"))).toEqual(expect.arrayContaining(named));
  const volumes = listAt(pod, "volumes");
  for (const container of containers) {
    for (const mount of listAt(container, "volumeMounts")) {
      expect(volumes.map((one) => textAt(one, "name"))).toContain(textAt(mount, "name"));
    }
    if (!isShelf) continue;
    expect(valueAt(container, "securityContext")).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
  }
  if (isShelf) expect(valueAt(pod, "securityContext")).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
  if (isShelf) expect(volumes.filter((one) => valueAt(one, "hostPath") !== undefined)).toEqual([]);
  const inNamespace = objects.filter(({ metadata }) => metadata.namespace === set.metadata.namespace);
  const has = (kind: string, name: string | undefined) =>
    inNamespace.some((object) => object.kind === kind && object.metadata.name === name);
  for (const one of listAt(pod, "imagePullSecrets")) expect(has("Secret", textAt(one, "name"))).toBe(true);
  for (const volume of volumes) {
    const secret = textAt(volume, "secret", "secretName");
    const lists = textAt(volume, "configMap", "name");
    if (secret !== undefined) expect(has("Secret", secret)).toBe(true);
    if (lists !== undefined) expect(has("ConfigMap", lists)).toBe(true);
  }
}

describe("names of objects", () => {
  it("differ where their parts do, and stay labels", () => {
    const part = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,60}[a-z0-9])?$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        (a, b) => {
          expect(objectName(...a).length).toBeLessThanOrEqual(63);
          expect(objectName(...a) === objectName(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        },
      ),
    );
    expect(objectName("a-b", "c")).not.toBe(objectName("a", "b-c"));
  });
});
