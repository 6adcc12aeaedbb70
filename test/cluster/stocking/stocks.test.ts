/** What becomes of Stocks that are several, large, changed, late or odd. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeTestImage, pushTestImage } from "../../../cluster/registries/images.ts";
import { accounts } from "../../../cluster/registries/registries.ts";
import { cluster, core } from "../harness/cluster.ts";
import { type Desk, openDesk, outcomes } from "../harness/desk.ts";
import { eventually } from "../harness/eventually.ts";
import { kubectl } from "../harness/kubectl.ts";
import { askKubelet } from "../harness/pods.ts";

/** All that `up` made in a desk's namespaces, as `daemonset.apps/NAME in NAMESPACE`. */
async function objectsOf({ namespace }: Desk): Promise<string[]> {
  const places = [namespace, `${namespace}-agents`];
  const kinds = "daemonsets,configmaps,secrets,serviceaccounts,rolebindings";
  const selector = ["-l", "app.kubernetes.io/managed-by=larder", "-o", "name"];
  const found = await Promise.all(places.map((place) => kubectl(["get", kinds, "-n", place, ...selector])));
  return places.flatMap((place, index) =>
    (found[index] ?? "").split("\n").flatMap((name) => (name === "" ? [] : [`${name} in ${place}`])),
  );
}

/** Pushes an image under a name that nodes were told of before. */
async function pushLate(image: string): Promise<void> {
  const [, name = ""] = /^[^/]+\/(.*)$/.exec(image) ?? [];
  await pushTestImage(cluster, name, await makeTestImage({ labels: { name } }));
}

describe.concurrent("Stocks", { timeout: 240_000 }, () => {
  it("two at once are awaited by one command", async (context) => {
    const desk = await openDesk({}, context);
    const [one = ""] = await desk.space.images(["one"]);
    const [two = ""] = await desk.space.images(["two"], { registry: "open" });
    const nodes = ["kubelet-1-34", "kubelet-1-37"];
    const file = await desk.stockFile(
      { name: "one", images: [one], nodes, secrets: ["alice"] },
      { name: "two", images: [two], nodes: ["kubelet-1-37"], spec: { method: "cri" } },
    );
    const up = await desk.runCli(["up", "-f", file]);
    expect(up.exitCode, up.stderr).toBe(0);
    const run = await desk.runCli(["await", "-n", desk.namespace, "-o", "ndjson", "--timeout", "90s"]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(Object.keys(outcomes(run)).toSorted()).toEqual(["kubelet-1-34 one", "kubelet-1-37 one", "kubelet-1-37 two"]);
    expect(new Set(run.events.map((event) => event["run"])).size).toBe(1);
  });

  it("put up again, change nothing; changed, they lose what they had; with another method, nothing of the old one is left", async (context) => {
    const desk = await openDesk({}, context);
    const images = await desk.space.images(
      Array.from({ length: 10 }, (_, n) => `i${n}`),
      { registry: "open" },
    );
    const stock = { name: "changing", images, nodes: ["kubelet-1-35", "kubelet-1-34"] };
    const up = async (changed: Partial<typeof stock> & { spec?: object } = {}) => {
      const run = await desk.runCli(["up", "-f", await desk.stockFile({ ...stock, ...changed } as typeof stock)]);
      expect(run.exitCode, run.stderr).toBe(0);
      return run.stdout.split("\n").at(-2);
    };
    expect(await up()).toMatch(/^Stock changing: \d+ objects created$/);
    expect(await up()).toBe("Stock changing: nothing to change");
    const before = await objectsOf(desk);
    expect(await up({ images: images.slice(0, 1) })).toMatch(/removed/);
    const after = await objectsOf(desk);
    expect(after.length).toBeLessThan(before.length);
    await up({ spec: { method: "cri" } });
    const agents = (await objectsOf(desk)).filter((line) => line.startsWith("daemonset"));
    expect(agents.length).toBeGreaterThan(0);
    for (const line of agents) expect(line).toMatch(/-agents$/);
    await up({ images: images.slice(0, 1) });
    expect(await objectsOf(desk)).toEqual(after);
  });

  it("whose missing image was pushed meanwhile are served soon when they are put up again", async (context) => {
    const desk = await openDesk({}, context);
    const [there = ""] = await desk.space.images(["there"], { registry: "open" });
    const late = there.replace("/there:", "/late:");
    const nodes = ["kubelet-1-35", "cri-o"];
    const files = [
      await desk.stockFile({ name: "late", images: [there, late], nodes }),
      await desk.stockFile({
        name: "late-agents",
        images: [there, late],
        nodes: ["kubelet-1-34"],
        spec: { method: "cri" },
      }),
    ].flatMap((file) => ["-f", file]);
    const wait = ["--wait", "--timeout", "90s", "-o", "ndjson"];
    const first = await desk.runCli(["up", ...files, ...wait]);
    expect(first.exitCode, first.stderr).toBe(1);
    // So that kubelets wait, and not only for the few seconds of their first back-off.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    await pushLate(late);
    const second = await desk.runCli(["up", ...files, ...wait]);
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stderr).toContain("without all images started again");
    expect(outcomes(second)["cri-o late"]).toBe("pulled");
    expect(outcomes(second)["kubelet-1-34 late"]).toBe("pulled");
  });

  it("whose secret was changed between two up carry the new one", async (context) => {
    const desk = await openDesk({ accounts: ["alice", "bob"] }, context);
    const { space } = desk;
    const [app = ""] = await space.images(["app"]);
    const node = "kubelet-1-35";
    const file = await desk.stockFile({ name: "rotated", images: [app], nodes: [node], secrets: ["alice"] });
    const wait = ["--wait", "--timeout", "90s", "-o", "ndjson"];
    const first = await desk.runCli(["up", "-f", file, ...wait]);
    expect(first.exitCode, first.stderr).toBe(0);
    const auths = { "locked.test:5001": { username: "bob", password: accounts.bob } };
    const data = { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
    await core.patchNamespacedSecret({
      name: "alice",
      namespace: space.namespace,
      body: [{ op: "replace", path: "/data", value: data }],
    });
    const second = await desk.runCli(["up", "-f", file]);
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stdout).toContain("changed");
    // The password of the secret bob is in the record now, and so bob is served.
    await eventually("bob is served", async () => {
      const { reason } = await askKubelet(space, { node, image: app, pullPolicy: "Never", secret: "bob" });
      return reason === "runs" ? true : undefined;
    });
  });

  it("that do not come in time end with 3, and the reports are complete", async (context) => {
    const desk = await openDesk({}, context);
    const [there = ""] = await desk.space.images(["there"], { registry: "open" });
    const never = `nowhere.test:5000/${desk.space.namespace}/never:1`;
    const nodes = ["kubelet-1-34", "kubelet-1-35", "always-verify"];
    const file = await desk.stockFile({ name: "slow", images: [there, never], nodes });
    const report = (format: string) => ["--report", `${format}=${join(desk.folder, format)}`];
    const run = await desk.runCli([
      "up",
      "-f",
      file,
      "--wait",
      "--timeout",
      "20s",
      "-o",
      "ndjson",
      ...report("junit"),
      ...report("json"),
    ]);
    expect(run.exitCode, run.stderr).toBe(3);
    expect(run.tookMs).toBeLessThan(60_000);
    const [junit, json] = await Promise.all(["junit", "json"].map((name) => readFile(join(desk.folder, name), "utf8")));
    for (const node of nodes) {
      expect(outcomes(run)[`${node} never`]).toMatch(/^deadline/);
      expect(junit).toContain(node);
      expect(json).toContain(node);
    }
    expect(junit?.match(/<testcase /g)).toHaveLength(6);
    const { results } = JSON.parse(json ?? "") as { results: { outcome: string; images: unknown[] }[] };
    expect(results.map(({ outcome, images }) => [outcome, images.length])).toEqual(nodes.map(() => ["deadline", 2]));
  });

  it("with images without a shell, of other users and with other entry points are served by both variants", async (context) => {
    const desk = await openDesk({}, context);
    const push = async (name: string, content: object) => {
      const [image = ""] = await desk.space.images([name], { registry: "open", content });
      return image;
    };
    const text = { files: { "etc/text": "nothing that runs" } };
    const images = [
      await push("no-shell", text),
      await push("no-entry-point", { ...text, entrypoint: [] }),
      await push("root", { user: "0:0" }),
      await push("named-user", { ...text, user: "somebody" }),
      await push("ends-at-once", { entrypoint: ["/bin/busybox", "false"] }),
    ];
    const nodes = ["kubelet-1-34", "kubelet-1-37"];
    const file = await desk.stockFile({ name: "odd", images, nodes });
    const run = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "90s", "-o", "ndjson"]);
    expect(run.exitCode, run.stderr).toBe(0);
    const { items } = await core.listNamespacedPod({ namespace: desk.namespace });
    const states = items.flatMap(({ status }) => status?.containerStatuses ?? []);
    expect(states).toHaveLength(10);
    await eventually("all are held", async () => {
      const pods = await core.listNamespacedPod({ namespace: desk.namespace });
      const all = pods.items.flatMap(({ status }) => status?.containerStatuses ?? []);
      return all.every(({ state, restartCount }) => state?.running !== undefined && restartCount === 0)
        ? true
        : undefined;
    });
  });

  it("are rendered as manifests that the API server accepts", async (context) => {
    const desk = await openDesk({}, context);
    const [app = ""] = await desk.space.images(["app"]);
    for (const method of ["kubelet", "cri", "hybrid"]) {
      const stock = { name: "rendered", images: [app], nodes: ["kubelet-1-35", "kubelet-1-34"], secrets: ["alice"] };
      const run = await desk.runCli(["render", "-f", await desk.stockFile(stock), "--method", method]);
      expect(run.exitCode, run.stderr).toBe(0);
      expect(run.stdout).not.toContain("dockerconfigjson:");
      const accepted = await kubectl(["apply", "--dry-run=server", "-f", "-"], run.stdout);
      expect(accepted.trim().split("\n").length).toBeGreaterThan(1);
    }
    expect(await objectsOf(desk)).toEqual([]);
  });

  it("of 150 images are served", { timeout: 360_000 }, async (context) => {
    const desk = await openDesk({}, context);
    const names = Array.from({ length: 150 }, (_, n) => `many-${n}`);
    const images = await desk.space.images(names, { registry: "open" });
    const shelves = await desk.stockFile({ name: "many", images, nodes: ["kubelet-1-37"] });
    const agents = await desk.stockFile({ name: "many-agents", images, nodes: ["cri-o"], spec: { method: "cri" } });
    const wait = ["--wait", "--timeout", "200s", "-o", "ndjson"];
    const run = await desk.runCli(["up", "-f", shelves, "-f", agents, ...wait], { timeoutMs: 230_000 });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(Object.keys(outcomes(run))).toHaveLength(300);
    console.log(`150 images on a serial kubelet and by an agent: ${Math.round(run.tookMs / 1_000)} s`);
  });
});
