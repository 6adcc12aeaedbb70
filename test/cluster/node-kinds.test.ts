/** What the kit's nodes can be set to, seen in what their kubelets do. */
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { answerFrom, askedImages } from "../../cluster/nodes/credential-provider.ts";
import { answerPullsWith } from "../../cluster/nodes/crio.ts";
import { onHost, readNode } from "../../cluster/nodes/node.ts";
import { cluster, core } from "./harness/cluster.ts";
import { eventually } from "./harness/eventually.ts";
import { prefetch, withRuntime } from "./harness/node-runtime.ts";
import { askKubelet, type Question } from "./harness/pods.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { useNode } from "./harness/use-node.ts";

/** Prefetches an image over CRI, lets the kubelet pull its twin for alice, and asks whether others may use it. */
async function afterPoisoning(space: Space, node: string): Promise<string> {
  const [app = "", twin = ""] = await space.images(["app", "twin"]);
  await prefetch(node, app);
  const pulled = await askKubelet(space, { node, image: twin, pullPolicy: "IfNotPresent", secret: "alice" });
  expect(pulled).toEqual({ reason: "runs", message: "" });
  return (await askKubelet(space, { node, image: app, pullPolicy: "Never" })).reason;
}

async function spaceWithAlice(): Promise<Space> {
  const space = await openSpace();
  await space.pullSecret("alice");
  return space;
}

describe("a node with CRI-O", () => {
  const node = "cri-o";

  it("is known by its name and its socket, and its image IDs have no prefix", async () => {
    const { status } = await core.readNode({ name: node });
    expect(status?.nodeInfo?.containerRuntimeVersion).toBe("cri-o://1.35.0");
    await prefetch(node, "registry.test:5000/public/tool:1");
    const [version, images] = await withRuntime(node, (runtime, signal) =>
      Promise.all([runtime.version(signal), runtime.listImages(signal)]),
    );
    expect(version).toEqual({ ok: true, value: { name: "cri-o", version: "1.35.0" } });
    if (!images.ok) throw new Error(images.error.message);
    expect(images.value.map(({ id }) => id)).toContainEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  it("verifies nothing while a pull answers with the digest, and does when it answers with the ID", async () => {
    const space = await spaceWithAlice();
    const afterPull = async (image: string): Promise<string> => {
      const pulled = await askKubelet(space, { node, image, pullPolicy: "IfNotPresent", secret: "alice" });
      expect(pulled).toEqual({ reason: "runs", message: "" });
      return (await askKubelet(space, { node, image, pullPolicy: "Never" })).reason;
    };
    const [byDigest = ""] = await space.images(["by-digest"]);
    expect(await prefetch(node, byDigest)).toMatch(/^locked\.test:5001\/.*\/by-digest@sha256:[0-9a-f]{64}$/);
    expect(await afterPull(byDigest)).toBe("runs");

    await answerPullsWith(await readNode(cluster, node), "id");
    try {
      const [byId = ""] = await space.images(["by-id"]);
      expect(await afterPull(byId)).toBe("ErrImageNeverPull");
      expect(await prefetch(node, byId)).toMatch(/^[0-9a-f]{64}$/);
    } finally {
      await answerPullsWith(await readNode(cluster, node), "digest");
    }
  });

  it("words a failed pull as CRI-O does", async () => {
    const space = await openSpace();
    const [app = ""] = await space.images(["app"]);
    const missing = app.replace("/app:", "/missing:").replace("locked.test:5001", "registry.test:5000");
    const ask = (image: string) => askKubelet(space, { node, image, pullPolicy: "IfNotPresent" });
    const [unauthorized, absent] = await Promise.all([ask(app), ask(missing)]);
    const repository = `locked.test:5001/${space.namespace}/app`;
    expect(unauthorized.message).toContain(
      `unable to pull image or OCI artifact: pull image err: initializing source docker://${app}: reading manifest 1 in ${repository}: authentication required;`,
    );
    expect(absent.message).toContain("missing: manifest unknown; artifact err: pull artifact: initializing source");
  });
});

describe("image volumes", () => {
  const ask = async (node: string) => {
    const space = await openSpace();
    const [volume = ""] = await space.images(["volume"], { registry: "open" });
    const question: Question = {
      node,
      image: "registry.test:5000/public/tool:1",
      pullPolicy: "IfNotPresent",
      volumes: [volume],
    };
    return askKubelet(space, question);
  };

  it.each(["kubelet-1-35", "kubelet-1-37"])("are mounted by containerd 2.2 on node %s", async (node) => {
    expect(await ask(node)).toEqual({ reason: "runs", message: "" });
  });

  it("are pulled, but not mounted, where containerd is older than 2.1", async () => {
    expect((await ask("always-verify")).reason).toBe("CreateContainerError");
  });
});

describe("the feature gate", () => {
  const off = useNode("gate-off", { version: "1.35", gate: "off" });
  const on = useNode("gate-on", { version: "1.34", gate: "on" });

  it("off on 1.35: whatever is there runs", async () => {
    expect(await afterPoisoning(await spaceWithAlice(), off().name)).toBe("runs");
  });

  it("on on 1.34: a poisoned image is refused", async () => {
    expect(await afterPoisoning(await spaceWithAlice(), on().name)).toBe("ErrImageNeverPull");
  });
});

describe("a node with a small disk", () => {
  const node = useNode("small-disk", {
    disk: "160m",
    kubelet: { evictionHard: { "imagefs.available": "45%", "nodefs.available": "1%" }, imageMinimumGCAge: "1s" },
  });

  it("loses images that nobody uses when the disk fills up", async () => {
    const space = await openSpace();
    for (const name of ["one", "two"]) {
      const content = { noise: { seed: `${space.namespace}/${name}`, layerBytes: [25_000_000] } };
      const [image = ""] = await space.images([name], { registry: "open", content });
      await prefetch(node().name, image);
    }
    await eventually("an image is gone", async () => {
      const images = await withRuntime(node().name, (runtime, signal) => runtime.listImages(signal));
      if (!images.ok) throw new Error(images.error.message);
      return images.value.length < 2 ? true : undefined;
    });
  });
});

describe("a node with everything in unusual places", () => {
  const node = useNode("unusual", {
    socket: "/run/k3s/containerd/containerd.sock",
    kubeletRoot: "/var/lib/k0s/kubelet",
    provider: "alice",
    policy: "NeverVerifyAllowlistedImages",
    allowlist: ["locked.test:5001/allowed/*"],
    parallel: 4,
    labels: ["larder.test/kind=unusual"],
    disk: "300m",
    kubelet: { maxPods: 20 },
  });

  it("has its kubelet's records under the kubelet's root, and its socket at its place", async () => {
    const space = await openSpace();
    const [app = ""] = await space.images(["app"]);
    await prefetch(node().name, app);
    const records = onHost(node(), "/var/lib/k0s/kubelet/image_manager/pulled");
    const before = (await readdir(records)).length;
    expect(await askKubelet(space, { node: node().name, image: app, pullPolicy: "Always" })).toMatchObject({
      reason: "runs",
    });
    expect((await readdir(records)).length).toBe(before + 1);
  });

  it("gets credentials from its plugin, until the plugin has none", async () => {
    const space = await openSpace();
    const [first = "", second = ""] = await space.images(["first", "second"]);
    const ask = (image: string) => askKubelet(space, { node: node().name, image, pullPolicy: "Always" });
    expect(await ask(first)).toEqual({ reason: "runs", message: "" });
    await answerFrom(node(), "nobody");
    expect(await ask(second)).toMatchObject({ reason: "ErrImagePull", message: expect.stringContaining("401") });
    await answerFrom(node(), "bob");
    expect(await ask(second)).toEqual({ reason: "runs", message: "" });
    // The kubelet asks for a repository, not for an image.
    expect(await askedImages(node())).toEqual(
      expect.arrayContaining([first, second].map((image) => image.replace(/:1$/, ""))),
    );
  });

  it("verifies all images but those on its list", async () => {
    const space = await openSpace();
    const [app = ""] = await space.images(["app"]);
    await prefetch(node().name, app);
    expect((await askKubelet(space, { node: node().name, image: app, pullPolicy: "Never" })).reason).toBe(
      "ErrImageNeverPull",
    );
  });

  it("is configured as it was told", async () => {
    const { kubeletconfig } = await proxied<{ kubeletconfig: object }>("configz");
    expect(kubeletconfig).toMatchObject({ serializeImagePulls: false, maxParallelImagePulls: 4, maxPods: 20 });
    const { node: stats } = await proxied<{ node: { fs: { capacityBytes: number } } }>("stats/summary");
    expect(stats.fs.capacityBytes).toBe(300 * 1024 * 1024);
    const found = await core.listNode({ labelSelector: "larder.test/kind=unusual" });
    expect(found.items.map(({ metadata }) => metadata?.name)).toEqual([node().name]);
  });

  async function proxied<T>(path: string): Promise<T> {
    const answered: unknown = await core.connectGetNodeProxyWithPath({ name: node().name, path });
    return (typeof answered === "string" ? JSON.parse(answered.replaceAll("'", '"')) : answered) as T;
  }
});
