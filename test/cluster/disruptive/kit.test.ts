/** Nodes and parts that go away and come back, slow lines, a second cluster, and what a killed run leaves behind. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { waitForApi } from "../../../cluster/control-plane/start.ts";
import { bringBack, cutOff, limitRate } from "../../../cluster/network/cable.ts";
import { delayRegistries } from "../../../cluster/network/delay.ts";
import { startNode, startPartAgain } from "../../../cluster/nodes/start.ts";
import { stopNode } from "../../../cluster/nodes/stop.ts";
import { startAgain, stopDaemon } from "../../../cluster/processes/daemon.ts";
import { cgroupOfRun } from "../../kit/run/cgroups.ts";
import { openLedger, sweep } from "../../kit/run/ledger.ts";
import { processesOfRun } from "../../kit/run/proc.ts";
import { cluster, core } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { prefetch, withRuntime } from "../harness/node-runtime.ts";
import { askKubelet } from "../harness/pods.ts";
import { openSpace } from "../harness/space.ts";
import { useNode } from "../harness/use-node.ts";

async function readiness(name: string): Promise<string | undefined> {
  const { status } = await core.readNode({ name });
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

async function becomes(name: string, wanted: "True" | "Unknown"): Promise<void> {
  await eventually(`Ready ${wanted} of node ${name}`, async () =>
    (await readiness(name)) === wanted ? true : undefined,
  );
}

describe("a node", () => {
  const node = useNode("victim", {});

  it("that was stopped comes back with its images and the kubelet's records", async () => {
    const space = await openSpace();
    await space.pullSecret("alice");
    const [app = ""] = await space.images(["app"]);
    const ask = (secret?: string) =>
      askKubelet(space, {
        node: node().name,
        image: app,
        pullPolicy: "Never",
        ...(secret !== undefined && { secret }),
      });
    const pulled = await askKubelet(space, {
      node: node().name,
      image: app,
      pullPolicy: "IfNotPresent",
      secret: "alice",
    });
    expect(pulled.reason).toBe("runs");
    await stopNode(cluster, node());
    expect(await processesIn(node().name)).toEqual([]);
    await startNode(cluster, node().name);
    expect([(await ask("alice")).reason, (await ask()).reason]).toEqual(["runs", "ErrImageNeverPull"]);
  });

  it("whose kubelet and containerd are restarted goes on", async () => {
    const space = await openSpace();
    for (const part of ["kubelet", "containerd"] as const) {
      await stopDaemon(cluster, `${node().name}.${part}`);
      await startPartAgain(cluster, node(), part);
    }
    const image = "registry.test:5000/public/tool:1";
    expect(await askKubelet(space, { node: node().name, image, pullPolicy: "IfNotPresent" })).toEqual({
      reason: "runs",
      message: "",
    });
  });

  it("with a narrow cable downloads slowly, and fast again afterwards", async () => {
    const space = await openSpace();
    const megabytes = 4;
    const content = { noise: { seed: space.namespace, layerBytes: [megabytes * 1_000_000] } };
    const [first = "", second = ""] = await space.images(["first", "second"], { registry: "open", content });
    await limitRate(cluster, node(), "16mbit");
    const slow = await millisecondsOf(() => prefetch(node().name, first));
    expect(slow).toBeGreaterThan(megabytes * 500 * 0.9);
    await withRuntime(node().name, (runtime, signal) => runtime.removeImage(first, signal));
    await limitRate(cluster, node(), undefined);
    expect(await millisecondsOf(() => prefetch(node().name, second))).toBeLessThan(slow);
  });

  it("on a long line waits for every answer of a registry", async () => {
    const space = await openSpace();
    const [first = "", second = ""] = await space.images(["first", "second"], { registry: "open" });
    await delayRegistries(cluster, node(), 250);
    // Manifest by tag, manifest by digest, config and layer: at least two of them one after the other, there and back.
    const slow = await millisecondsOf(() => prefetch(node().name, first));
    expect(slow).toBeGreaterThan(1_000);
    await delayRegistries(cluster, node(), 0);
    expect(await millisecondsOf(() => prefetch(node().name, second))).toBeLessThan(slow);
  });

  it("that is cut off is known to be so, and is Ready when it is back", async () => {
    await cutOff(cluster, node());
    await becomes(node().name, "Unknown");
    await bringBack(cluster, node());
    await becomes(node().name, "True");
  });
});

it("the API server comes back with everything that it had", async () => {
  const space = await openSpace();
  await space.pullSecret("alice");
  await stopDaemon(cluster, "kube-apiserver");
  await expect(core.listNode()).rejects.toThrow();
  await startAgain(cluster, "kube-apiserver");
  await waitForApi(cluster);
  expect((await core.readNamespacedSecret({ name: "alice", namespace: space.namespace })).metadata?.name).toBe("alice");
});

describe("another cluster", () => {
  const name = `other-${process.pid}`;
  const path = join(tmpdir(), `larder-cluster-${process.getuid?.() ?? 0}-${name}`);

  it("of 1.37 runs beside this one, from the command line, and leaves nothing", async () => {
    await kit(name, "up", "version=1.37");
    expect(await kit(name, "kubectl", "version", "-o", "json")).toMatch(
      /"serverVersion": \{[^}]*"gitVersion": "v1\.37\./,
    );
    await expect(kit(name, "up")).rejects.toThrow(`cluster ${name} is up`);
    await kit(name, "node", "one", "version=1.37");
    expect(await kit(name, "exec", "one", "hostname")).toBe("one\n");
    await kit(name, "down");
    expect(existsSync(path)).toBe(false);
    await expect(kit(name, "down")).rejects.toThrow(`cluster ${name} is not up`);
  });

  it("whose start was killed is swept by the next run", async () => {
    const child = spawn("node", kitArguments("up"), { env: { ...process.env, LARDER_CLUSTER: name }, stdio: "ignore" });
    await eventually(
      "etcd of the other cluster",
      async () => existsSync(join(path, "daemons", "etcd.json")) || undefined,
    );
    child.kill("SIGKILL");
    const { id } = JSON.parse(await readFile(join(path, "cluster.json"), "utf8")) as { id: string };
    expect(await processesOfRun(id)).not.toEqual([]);
    await sweep(await openLedger());
    expect(await processesOfRun(id)).toEqual([]);
    expect(existsSync(path)).toBe(false);
    expect(
      (await readdir("/sys/fs/cgroup", { recursive: true })).filter((group) => group.includes(cgroupOfRun(id))),
    ).toEqual([]);
  });
});

function kitArguments(...args: string[]): string[] {
  return ["--import", "./tools/typescript.mjs", "cluster/cli.ts", ...args];
}

function kit(name: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, LARDER_CLUSTER: name }, timeout: 120_000 };
    execFile("node", kitArguments(...args), options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr));
    });
  });
}

async function millisecondsOf(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/** Host processes whose command line names the node's folder: its kubelet, containerd, and first process. */
async function processesIn(name: string): Promise<string[]> {
  const processes = await processesOfRun(cluster.id);
  return processes.map(({ command }) => command).filter((command) => command.includes(join("nodes", `${name}/`)));
}
