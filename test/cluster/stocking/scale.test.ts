/** What many nodes cost the API server, counted there: fifty nodes of kwok, and twenty images. The experiment `scale` of `npm run bench` has a thousand. */
import { expect, it, onTestFinished } from "vitest";
import { auditedRequests, auditLogSize } from "../../../cluster/control-plane/audit.ts";
import { addFakeNodes, removeFakeNodes } from "../../../cluster/kwok/fake-nodes.ts";
import { cluster, core } from "../harness/cluster.ts";
import { openDesk, outcomes } from "../harness/desk.ts";
import { eventually } from "../harness/eventually.ts";

const NODES = 50;
const PER_NODE_MAX = 3;
/** Whatever the number of nodes is: plan, objects, inventory, and watches that are opened again. */
const ONCE_MAX = 50;

it("fifty nodes with twenty images cost less than a request a node", { timeout: 240_000 }, async () => {
  const names = Array.from({ length: NODES }, (_, n) => `scale-${n}`);
  onTestFinished(() => removeFakeNodes(cluster, names));
  await addFakeNodes(cluster, NODES, { prefix: "scale" });
  await eventually("the nodes are Ready", async () => {
    const { items } = await core.listNode({ labelSelector: "type=kwok" });
    const free = items.filter(({ spec }) => spec?.taints?.every(({ key }) => key === "kwok.x-k8s.io/node"));
    return names.every((name) => free.some(({ metadata }) => metadata?.name === name)) || undefined;
  });
  const desk = await openDesk({ accounts: [] });
  const images = Array.from({ length: 20 }, (_, n) => `registry.example/team/app-${n}:1`);
  const nodes = { names, tolerations: [{ key: "kwok.x-k8s.io/node", operator: "Exists" }] };
  const file = await desk.stockFile({ name: "scale", images, nodes: [], spec: { nodes } });
  const before = await auditLogSize(cluster);
  const run = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "3m", "-o", "ndjson"]);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(Object.keys(outcomes(run))).toHaveLength(NODES * images.length);
  const asked = (await auditedRequests(cluster, before)).filter(({ user }) => user.username === desk.user);
  const requests = new Set(asked.map(({ auditID }) => auditID)).size;
  expect(requests).toBeGreaterThan(10);
  expect(requests).toBeLessThanOrEqual(ONCE_MAX);
  expect(ONCE_MAX).toBeLessThanOrEqual(PER_NODE_MAX * NODES);
});
