/** Nodes that come later, are cordoned or tainted, get labels, or have credentials of their own. */
import { describe, expect, it } from "vitest";
import { startNode } from "../../../cluster/nodes/start.ts";
import { removeNode } from "../../../cluster/nodes/stop.ts";
import { makeTestImage, pushTestImage } from "../../../cluster/registries/images.ts";
import { cluster, core } from "../harness/cluster.ts";
import { openDesk, outcomes } from "../harness/desk.ts";
import { leftovers } from "../harness/leftovers.ts";
import { askKubelet } from "../harness/pods.ts";
import { useNode } from "../harness/use-node.ts";

it("a node that joins in mid-run gets everything", async ({ onTestFinished }) => {
  const desk = await openDesk();
  const [app = ""] = await desk.space.images(["app"]);
  const [open = ""] = await desk.space.images(["open"], { registry: "open" });
  const late = open.replace("/open:", "/late:");
  const nodes = ["kubelet-1-34", "joins"];
  const file = await desk.stockFile(
    { name: "joined", images: [app, open, late], nodes, secrets: ["alice"], spec: { grace: "100s" } },
    { name: "joined-agents", images: [app, open], nodes, secrets: ["alice"], spec: { method: "cri" } },
  );
  const running = desk.runCli(["up", "-f", file, "--wait", "--timeout", "100s", "-o", "ndjson"]);
  const node = await startNode(cluster, "joins", { version: "1.35" });
  onTestFinished(() => removeNode(cluster, node));
  // The run cannot have ended before, since this image was missing.
  await pushTestImage(
    cluster,
    `${desk.space.namespace}/late:1`,
    await makeTestImage({ labels: { late: desk.namespace } }),
  );
  const run = await running;
  expect(run.exitCode, run.stderr).toBe(0);
  expect(Object.keys(outcomes(run)).toSorted()).toEqual(
    nodes.flatMap((name) => ["app", "late", "open"].map((image) => `${name} ${image}`)).toSorted(),
  );
});

it("nodes that have everything get the Stock's labels, and down takes them off", async () => {
  const desk = await openDesk();
  const [open = ""] = await desk.space.images(["open"], { registry: "open" });
  const key = `${desk.namespace}.test/stocked`;
  const spec = { nodeLabels: { [key]: "yes" } };
  const file = await desk.stockFile({ name: "labelled", images: [open], nodes: ["cri-o", "always-verify"], spec });
  const up = await desk.runCli(["up", "-f", file, "--wait", "--label-nodes", "--timeout", "60s"]);
  expect(up.exitCode, up.stderr).toBe(0);
  const labels = ["Node always-verify", "Node cri-o"].map((node) => `${node} ${key}`);
  expect(await leftovers(desk, [key])).toEqual(expect.arrayContaining(labels));
  const down = await desk.runCli(["down", "labelled", "-n", desk.namespace, "--wait"]);
  expect(down.exitCode, down.stderr).toBe(0);
  expect(await leftovers(desk, [key])).toEqual([]);
});

describe("a node of one's own", () => {
  const node = useNode("own", { version: "1.35", runtime: "containerd-2.2", provider: "alice" });

  it("with a credential-provider plugin gets private images without any secret", async () => {
    const desk = await openDesk({ accounts: [] });
    const [app = ""] = await desk.space.images(["app"]);
    const file = await desk.stockFile({ name: "plugin", images: [app], nodes: [node().name] });
    const run = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "60s", "-o", "ndjson"]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(outcomes(run)).toEqual({ "own app": "pulled" });
    const asked = await askKubelet(desk.space, { node: node().name, image: app, pullPolicy: "Never" });
    expect(asked.reason).toBe("runs");
  });

  it("with a taint is left out and named until the Stock tolerates it; cordoned it is served", async () => {
    const desk = await openDesk();
    const { name } = node();
    const [open = ""] = await desk.space.images(["open"], { registry: "open" });
    const spec = (taints: object[], unschedulable: boolean) =>
      core.patchNode({
        name,
        body: [
          { op: "add", path: "/spec/taints", value: taints },
          { op: "add", path: "/spec/unschedulable", value: unschedulable },
        ],
      });
    await spec([{ key: "acme/gpu", value: "yes", effect: "NoSchedule" }], true);
    try {
      const stock = { name: "tainted", images: [open], nodes: [name, "kubelet-1-34"] };
      const up = async (more: object = {}) => {
        const file = await desk.stockFile({ ...stock, ...more });
        return desk.runCli(["up", "-f", file, "--wait", "--timeout", "60s", "-o", "ndjson"]);
      };
      const without = await up();
      expect(without.exitCode, without.stderr).toBe(0);
      expect(outcomes(without)).toEqual({ "kubelet-1-34 open": "pulled" });
      expect(without.stderr.replaceAll(/\s+/g, " ")).toContain("has the taint acme/gpu=yes:NoSchedule");
      const served = await up({
        spec: { nodes: { names: stock.nodes, tolerations: [{ key: "acme/gpu", operator: "Exists" }] } },
      });
      expect(served.exitCode, served.stderr).toBe(0);
      expect(outcomes(served)[`${name} open`]).toBe("pulled");
      expect(served.stderr.replaceAll(/\s+/g, " ")).toContain("own is cordoned, and gets its pods nevertheless");
    } finally {
      await spec([], false);
    }
  });
});
