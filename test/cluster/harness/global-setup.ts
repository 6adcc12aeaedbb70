/**
 * One cluster for the whole tier: a control plane of 1.35 and one node of each kind that the design speaks of. A cluster that is
 * up already can be taken instead, so that one test runs in seconds: LARDER_CLUSTER=NAME npm run test:cluster.
 */
import type { TestProject } from "vitest/node";
import { type Cluster, openCluster } from "../../../cluster/folder.ts";
import { readNode } from "../../../cluster/nodes/node.ts";
import type { NodeSettings } from "../../../cluster/nodes/settings.ts";
import { startNode } from "../../../cluster/nodes/start.ts";
import { say, secondsSince } from "../../../cluster/say.ts";
import { downCluster, killCluster, upCluster } from "../../../cluster/up.ts";

/** The nodes that every test finds; others are started by the test that needs them. */
const nodes: Readonly<Record<string, Partial<NodeSettings>>> = {
  "kubelet-1-34": { version: "1.34" },
  "kubelet-1-35": { version: "1.35", runtime: "containerd-2.2" },
  "always-verify": { version: "1.35", policy: "AlwaysVerify" },
  "kubelet-1-37": { version: "1.37", runtime: "containerd-2.2" },
  "cri-o": { version: "1.35", runtime: "cri-o" },
};

declare module "vitest" {
  interface ProvidedContext {
    readonly cluster: string;
  }
}

/** Called by vitest before the first test file; what it gives back is called after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = performance.now();
  const given = process.env["LARDER_CLUSTER"];
  const name = given ?? `tests-${process.pid}`;
  const cluster = given === undefined ? await upCluster(name) : await openCluster(name);
  // On Ctrl-C vitest exits without an end.
  const killAtExit = (): void => killCluster(cluster);
  if (given === undefined) process.once("exit", killAtExit);
  const end = async (): Promise<void> => {
    process.off("exit", killAtExit);
    if (given === undefined) await endCluster(project, cluster);
    say(`the whole tier took ${secondsSince(started)}`);
  };
  try {
    await Promise.all(Object.entries(nodes).map((entry) => startIfAbsent(cluster, ...entry)));
  } catch (error) {
    if (given === undefined) await downCluster(cluster);
    throw error;
  }
  say(`the cluster is ready after ${secondsSince(started)}`);
  project.provide("cluster", name);
  return end;
}

async function startIfAbsent(cluster: Cluster, name: string, settings: Partial<NodeSettings>): Promise<void> {
  const known = await readNode(cluster, name).catch(() => undefined);
  if (known === undefined) await startNode(cluster, name, settings);
}

async function endCluster(project: TestProject, cluster: Cluster): Promise<void> {
  const started = performance.now();
  const failed = project.vitest.state.getFiles().some(({ result }) => result?.state === "fail");
  const logs = await downCluster(cluster, failed);
  say(`the cluster is down (${secondsSince(started)})${logs === undefined ? "" : `; its logs are kept in ${logs}`}`);
}
