/**
 * A node that looks like one with CRI-O, which is not to be had as a Go module or a Debian package: Debian's containerd on a
 * socket that nobody looks for, and before it, on CRI-O's socket, a proxy that answers as CRI-O does (`crio-proxy/`).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";
import { type Namespace, startInside } from "../processes/holder.ts";
import { bundleProgram } from "../processes/program.ts";
import { holderOf, type Node, socketOf } from "./node.ts";

export const hiddenSocket = "/run/behind-crio/containerd.sock";

/** What PullImage answers: up to CRI-O 1.35.1 the repository with the digest, from 1.35.2 and 1.36 on the image's ID. */
export type PullAnswer = "digest" | "id";

/** @returns the daemon's name */
export async function startCrioProxy(cluster: Cluster, node: Node, namespaces: readonly Namespace[]): Promise<string> {
  const name = `${node.name}.crio`;
  await answerPullsWith(node, "digest");
  await startInside(cluster, holderOf(node), namespaces, {
    name,
    command: process.execPath,
    args: [await bundleProgram(cluster, "crio-proxy"), hiddenSocket, socketOf(node), answerFile(node)],
  });
  return name;
}

/** Takes effect with the next pull. */
export async function answerPullsWith(node: Node, answer: PullAnswer): Promise<void> {
  await writeFile(answerFile(node), answer);
}

function answerFile(node: Node): string {
  return join(node.folder, "crio-pull-answer");
}
