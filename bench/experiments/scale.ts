import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StockMethod } from "#domain/stock/stock.ts";
import { larder, peakMemoryOf, runProgram } from "../program.ts";
import { atMost, type Finding } from "../report.ts";
import { summarize } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";
import { nodeLines } from "./node-lines.ts";
import { type FakeCluster, onFakeCluster } from "./scale/fake-cluster.ts";
import { runInWindow } from "./scale/in-window.ts";

/** Fewer for a try: `LARDER_BENCH_NODES=50,100 npm run bench -- --only scale`. */
const [NODES = 1_000, MANY_NODES = 5_000] = process.env["LARDER_BENCH_NODES"]?.split(",").map(Number) ?? [];
const images = Array.from({ length: 20 }, (_, n) => `registry.example/team/app-${n}:1.2.3`);
const REQUESTS_PER_NODE_MAX = 3;
const UP_MIB_MAX = 256;
const STATUS_SECONDS_MAX = 10;
const STATUS_MIB_MAX = 512;

/** What the command line costs on clusters of thousands of nodes: a real control plane, nodes of kwok. */
export const scale: Experiment = async ({ say }) => {
  const folder = await mkdtemp(join(tmpdir(), "larder-bench-"));
  const finding: MutableFinding = { rows: [], targets: [] };
  try {
    await onFakeCluster(images, say, async (cluster) => {
      await cluster.growTo(NODES);
      await stock("cri", { cluster, folder, finding, say });
      await awaitAgain("cri", { cluster, folder, finding, say });
      await stock("kubelet", { cluster, folder, finding, say });
      await awaitAgain("kubelet", { cluster, folder, finding, say });
      await takeDown("cri", cluster);
      await cluster.copyTo(MANY_NODES);
      for (const output of ["text", "json"]) await showStatus(output, { cluster, folder, finding, say });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  return {
    columns: ["command", "nodes", "requests", "peak, MiB", "time in s", "longest pause of the display, s"],
    ...finding,
  };
};

interface MutableFinding {
  readonly rows: string[][];
  readonly targets: Finding["targets"][number][];
}

interface Setting {
  readonly cluster: FakeCluster;
  readonly folder: string;
  readonly finding: MutableFinding;
  readonly say: (line: string) => void;
}

/** `up --wait` in a window, with the reports that are complete at its end. */
async function stock(method: StockMethod, { cluster, folder, finding, say }: Setting): Promise<void> {
  const file = join(folder, `${method}.yaml`);
  await writeFile(file, stockOf(method));
  const junit = join(folder, `${method}.xml`);
  const args = [
    "up",
    "-f",
    file,
    "--wait",
    "--report",
    `junit=${junit}`,
    "--report",
    `html=${join(folder, "page.html")}`,
  ];
  let run = { seconds: Number.NaN, peak: Number.NaN, longestPause: Number.NaN };
  const requests = await cluster.countRequests(async () => {
    run = await runInWindow(larder(args), { KUBECONFIG: cluster.kubeconfig });
  });
  const cases = (await readFile(junit, "utf8")).split("<testcase ").length - 1;
  if (cases !== NODES * images.length) throw new Error(`the report has ${cases} images, not ${NODES * images.length}`);
  const what = `up --wait, method ${method}`;
  say(`${what}: ${JSON.stringify({ ...run, requests })}`);
  finding.rows.push([
    what,
    String(NODES),
    String(requests),
    run.peak.toFixed(0),
    run.seconds.toFixed(0),
    run.longestPause.toFixed(1),
  ]);
  finding.targets.push(
    atMost(`${what}: requests a node:`, one(requests / NODES), REQUESTS_PER_NODE_MAX, 3),
    atMost(`${what}: peak in MiB:`, one(run.peak), UP_MIB_MAX, 0),
  );
}

/** The same once more on every line of Node, now that everything is there; so the list is as large as it gets. */
async function awaitAgain(method: StockMethod, { cluster, folder, finding, say }: Setting): Promise<void> {
  for (const [version, node] of await nodeLines()) {
    const args = [
      "await",
      method,
      "--namespace",
      namespaceOf(method),
      "--report",
      `junit=${join(folder, "again.xml")}`,
    ];
    let peak = Number.NaN;
    const startedAt = performance.now();
    const requests = await cluster.countRequests(async () => {
      peak = await peakMemoryOf(larder([...args, "--kubeconfig", cluster.kubeconfig], [], node));
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const what = `await, method ${method}, Node ${version}`;
    say(`${what}: ${JSON.stringify({ seconds, peak, requests })}`);
    finding.rows.push([what, String(NODES), String(requests), peak.toFixed(0), seconds.toFixed(1), ""]);
    finding.targets.push(
      atMost(`${what}: requests a node:`, one(requests / NODES), REQUESTS_PER_NODE_MAX, 3),
      atMost(`${what}: peak in MiB:`, one(peak), UP_MIB_MAX, 0),
    );
  }
}

async function takeDown(method: StockMethod, cluster: FakeCluster): Promise<void> {
  const args = ["down", method, "--namespace", namespaceOf(method), "--kubeconfig", cluster.kubeconfig];
  const run = await runProgram(larder(args));
  if (run.exitCode !== 0) throw new Error(`${args.join(" ")} ended ${run.exitCode}:\n${run.stderr}`);
}

async function showStatus(output: string, { cluster, finding, say }: Setting): Promise<void> {
  const args = ["status", "--stock", "kubelet", "--namespace", namespaceOf("kubelet"), "--output", output];
  const withCluster = [...args, "--kubeconfig", cluster.kubeconfig];
  for (const [version, node] of await nodeLines()) {
    const startedAt = performance.now();
    let peak = Number.NaN;
    const requests = await cluster.countRequests(async () => {
      peak = await peakMemoryOf(larder(withCluster, [], node));
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const what = `status --output ${output}, Node ${version}`;
    say(`${what}: ${JSON.stringify({ seconds, peak, requests })}`);
    finding.rows.push([what, String(MANY_NODES), String(requests), peak.toFixed(0), seconds.toFixed(1), ""]);
    finding.targets.push(
      atMost(`${what}: seconds`, one(seconds), STATUS_SECONDS_MAX, 1),
      atMost(`${what}: peak in MiB:`, one(peak), STATUS_MIB_MAX, 0),
    );
  }
}

function namespaceOf(method: StockMethod): string {
  return `larder-${method}`;
}

function stockOf(method: StockMethod): string {
  return JSON.stringify({
    apiVersion: "larder.dev/v1alpha1",
    kind: "Stock",
    metadata: { name: method, namespace: namespaceOf(method) },
    spec: {
      images,
      method,
      nodes: { tolerations: [{ key: "kwok.x-k8s.io/node", operator: "Exists" }] },
      timeout: "1h",
    },
  });
}

function one(value: number) {
  return summarize([value]);
}
