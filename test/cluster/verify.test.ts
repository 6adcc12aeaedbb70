/** Proof by real kubelets: each verdict, on each kind of node, and the repair of each. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { answerPullsWith } from "../../cluster/nodes/crio.ts";
import type { VerdictLine } from "../../src/domain/verdict/verdict.ts";
import { core } from "./harness/cluster.ts";
import { eventually } from "./harness/eventually.ts";
import { larderImage } from "./harness/larder-image.ts";
import { prefetch } from "./harness/node-runtime.ts";
import { askKubelet } from "./harness/pods.ts";
import { openProofDesk } from "./harness/proofs.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { useNode } from "./harness/use-node.ts";

async function spaceWithAlice(): Promise<Space> {
  const space = await openSpace();
  await space.pullSecret("alice");
  return space;
}

const nodes = ["kubelet-1-34", "kubelet-1-35", "kubelet-1-37", "always-verify"];

/** Keeps a stream in a file of its own. */
async function keep(lines: readonly VerdictLine[], folder: string): Promise<string> {
  const file = join(folder, "before.ndjson");
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}

beforeAll(larderImage, 15 * 60_000);

describe("larder verify", () => {
  it("says that a wrong password is why an image cannot be repaired", async () => {
    const space = await openSpace();
    const [app = ""] = await space.images(["app"]);
    await space.pullSecret("alice");
    const desk = await openProofDesk(space, {
      name: "wrong",
      nodes: ["kubelet-1-35"],
      images: [app],
      pullSecret: "alice",
    });
    const { items } = await core.listNamespacedSecret({ namespace: space.namespace });
    for (const { metadata, type } of items.filter((secret) => secret.type === "kubernetes.io/dockerconfigjson")) {
      const name = metadata?.name ?? "";
      const auths = { "locked.test:5001": { username: "alice", password: "wrong" } };
      await core.deleteNamespacedSecret({ name, namespace: space.namespace });
      await core.createNamespacedSecret({
        namespace: space.namespace,
        body: {
          metadata: { name, labels: { ...metadata?.labels } },
          ...(type !== undefined && { type }),
          stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
        },
      });
    }
    const run = await desk.verify(["--repair"]);
    expect(run.exitCode, run.stderr).toBe(1);
    expect(run.given.at(-1)).toMatchObject({ verdict: "absent", class: "unauthorized" });
    expect(run.given.at(-1)?.reason).toContain("the registry refuses the secret");
  });

  it("works in a namespace that enforces the restricted level, on nodes of both variants", async () => {
    const space = await openSpace();
    await core.patchNamespace({
      name: space.namespace,
      body: [{ op: "add", path: "/metadata/labels/pod-security.kubernetes.io~1enforce", value: "restricted" }],
    });
    const [open = ""] = await space.images(["open"], { registry: "open" });
    const desk = await openProofDesk(space, {
      name: "restricted",
      nodes: ["kubelet-1-34", "kubelet-1-37"],
      images: [open],
    });
    const run = await desk.verify(["--repair"]);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.verdicts).toEqual({ "kubelet-1-34 open": "served", "kubelet-1-37 open": "served" });
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    const space = await openSpace();
    const images = await space.images(
      Array.from({ length: 40 }, (_, n) => `i${n}`),
      { registry: "open" },
    );
    const desk = await openProofDesk(space, { name: "cut", nodes, images });
    const run = desk.verify(["--output", "text"], {
      onStart: (signal) => {
        void eventually("probes are there", async () => ((await desk.probes()).length > 0 ? true : undefined)).then(
          () => signal("SIGINT"),
        );
      },
    });
    const { exitCode, given } = await run;
    expect(exitCode).toBe(130);
    expect(given.some(({ cause }) => cause === "interrupted")).toBe(true);
    expect(await desk.probes()).toEqual([]);
  });

  it("removes what a killed run left", { timeout: 300_000 }, async () => {
    const space = await openSpace();
    const images = await space.images(
      Array.from({ length: 40 }, (_, n) => `i${n}`),
      { registry: "open" },
    );
    const desk = await openProofDesk(space, { name: "killed", nodes, images });
    const killed = await desk.verify(["--timeout", "5s"], {
      onStart: (signal) => {
        void eventually("probes are there", async () => ((await desk.probes()).length > 0 ? true : undefined)).then(
          () => signal("SIGKILL"),
        );
      },
    });
    expect(killed.exitCode).toBeNull();
    const left = await desk.probes();
    expect(left.length).toBeGreaterThan(0);
    await wait(32_000);
    const next = await desk.verify(["--timeout", "10s"]);
    expect(next.lines).toContainEqual(expect.objectContaining({ kind: "warning", code: "PROBES_REMOVED" }));
    expect(await desk.probes()).toEqual([]);
  });
});

describe("larder verify on nodes that list all their images", () => {
  // What is absent can only be told from a list that is not cut, and the nodes that all tests share may have more than 50 images.
  useNode("proof-1-34", { version: "1.34" });
  useNode("proof-1-35", { version: "1.35", runtime: "containerd-2.2" });
  useNode("proof-1-37", { version: "1.37", runtime: "containerd-2.2" });
  useNode("proof-always", { version: "1.35", policy: "AlwaysVerify" });
  const verifying = ["proof-1-35", "proof-1-37"];
  const own = ["proof-1-34", ...verifying, "proof-always"];

  it("finds what is served, poisoned and absent, repairs what can be repaired, and says what is different then", {
    timeout: 300_000,
  }, async () => {
    const space = await spaceWithAlice();
    const [app = "", twin = ""] = await space.images(["app", "twin"]);
    const [gone = ""] = await space.images(["gone"]);
    const [open = ""] = await space.images(["open"], { registry: "open" });
    const never = app.replace("/app:1", "/never:1");
    for (const node of own) {
      for (const image of [app, open]) await prefetch(node, image);
      const pulled = await askKubelet(space, { node, image: twin, pullPolicy: "IfNotPresent", secret: "alice" });
      expect(pulled).toEqual({ reason: "runs", message: "" });
    }
    const desk = await openProofDesk(space, {
      name: "poisoned",
      nodes: own,
      images: [app, twin, open, gone, never],
      pullSecret: "alice",
    });

    const found = await desk.verify(["--two-sided"]);
    expect(found.exitCode, found.stderr).toBe(1);
    expect(found.verdicts).toEqual({
      ...Object.fromEntries(
        own.flatMap((node) => [
          [`${node} twin`, "served protected"],
          [`${node} gone`, "absent"],
          [`${node} never`, "absent"],
        ]),
      ),
      ...Object.fromEntries(verifying.map((node) => [`${node} app`, "refused protected"])),
      ...Object.fromEntries(verifying.map((node) => [`${node} open`, "served"])),
      "proof-1-34 app": "served unprotected",
      "proof-1-34 twin": "served unprotected",
      "proof-1-34 open": "served",
      "proof-always app": "refused protected",
      "proof-always open": "refused",
    });
    expect(await desk.probes()).toEqual([]);

    const repaired = await desk.verify(["--two-sided", "--repair", "--since", await keep(found.lines, desk.folder)]);
    expect(repaired.exitCode, repaired.stderr).toBe(1);
    for (const node of own) {
      const protection = node === "proof-1-34" ? "unprotected" : "protected";
      expect(repaired.verdicts).toMatchObject({
        [`${node} app`]: `served ${protection}`,
        [`${node} twin`]: `served ${protection}`,
        [`${node} gone`]: `served ${protection}`,
        [`${node} open`]: "served",
        [`${node} never`]: "absent",
      });
    }
    const lost = repaired.given.filter(({ class: failure }) => failure !== undefined);
    expect(new Set(lost.map(({ class: failure }) => failure))).toEqual(new Set(["not-found"]));
    expect(repaired.stdout).toMatch(/^served +\S+\/app:1 with \S+ on proof-1-35 \(was refused\)$/m);
    expect(repaired.stdout).not.toContain("/twin:1");
    expect(await desk.probes()).toEqual([]);
  });
});

describe("a node whose runtime is CRI-O", () => {
  const node = useNode("verify-cri-o", { version: "1.35", runtime: "cri-o" });

  it.each([
    ["digest", "served unprotected"],
    ["id", "served protected"],
  ] as const)("that answers pulls with the %s has its images %s", async (answer, expected) => {
    const space = await spaceWithAlice();
    const [app = ""] = await space.images(["app"]);
    await answerPullsWith(node(), answer);
    await askKubelet(space, { node: node().name, image: app, pullPolicy: "IfNotPresent", secret: "alice" });
    const desk = await openProofDesk(space, { name: "crio", nodes: [node().name], images: [app], pullSecret: "alice" });
    const lenient = await desk.verify(["--two-sided"]);
    expect(lenient.exitCode, lenient.stderr).toBe(0);
    expect(lenient.verdicts).toEqual({ [`${node().name} app`]: expected });
    const strict = await desk.verify(["--strict"]);
    expect(strict.exitCode, strict.stderr).toBe(answer === "digest" ? 1 : 0);
  });
});
