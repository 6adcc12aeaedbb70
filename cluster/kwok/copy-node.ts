/**
 * Many nodes at once: copies of a fake node and of the pods on it, put straight into etcd. The API server then lists and serves them as it
 * does any others; to let controllers, scheduler and kwok make twenty thousand pods takes a quarter of an hour of both cores.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { connectApi } from "../control-plane/api.ts";
import type { Cluster } from "../folder.ts";
import { stopDaemon } from "../processes/daemon.ts";
import { inside } from "../processes/holder.ts";
import { say, secondsSince } from "../say.ts";

interface Copied {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
}

/** The controllers, the scheduler and kwok are stopped for good, since they would set right what nobody made. */
export async function copyFakeNode(cluster: Cluster, source: string, names: readonly string[]): Promise<void> {
  const started = performance.now();
  for (const part of ["kube-controller-manager", "kube-scheduler", "kwok"]) await stopDaemon(cluster, part);
  const api = await connectApi(cluster);
  try {
    const node = JSON.parse((await api.send("GET", `/api/v1/nodes/${source}`)).body) as Copied;
    const list = await api.send("GET", `/api/v1/pods?fieldSelector=spec.nodeName=${source}`);
    const { items } = JSON.parse(list.body) as { readonly items: readonly Copied[] };
    await putIntoEtcd(cluster, copies(node, items, names));
  } finally {
    api.close();
  }
  say(`copied ${source} and its pods ${names.length} times (${secondsSince(started)})`);
}

function* copies(node: Copied, pods: readonly Copied[], names: readonly string[]): Generator<string> {
  const source = node.metadata.name;
  for (const name of names) {
    yield line(`minions/${name}`, "Node", node, source, name, name);
    for (const [index, pod] of pods.entries()) {
      const podName = `${pod.metadata.name}-${name}-${index}`;
      yield line(`pods/${pod.metadata.namespace}/${podName}`, "Pod", pod, source, name, podName);
    }
  }
}

/** Wherever the node's name stands as a whole, the copy's stands in its place. */
function line(path: string, kind: string, object: Copied, source: string, node: string, name: string): string {
  const text = JSON.stringify(object).replaceAll(JSON.stringify(source), JSON.stringify(node));
  const copy = JSON.parse(text) as Copied & { readonly metadata: Record<string, unknown> };
  const metadata = { ...copy.metadata, name, uid: randomUUID(), resourceVersion: undefined };
  return `${JSON.stringify({ key: `/registry/${path}`, object: { ...copy, apiVersion: "v1", kind, metadata } })}\n`;
}

async function putIntoEtcd(cluster: Cluster, lines: Iterable<string>): Promise<void> {
  const [loader, script] = ["../../tools/typescript.mjs", "into-etcd.ts"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const program = [process.execPath, "--import", loader ?? "", script ?? ""];
  const [command = "", ...args] = await inside(cluster, "control-plane", ["net"], program);
  const child = spawn(command, args, { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(child, "exit");
  await pipeline(Readable.from(lines), child.stdin);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`etcd did not take the copies: exit code ${String(code)}`);
}
