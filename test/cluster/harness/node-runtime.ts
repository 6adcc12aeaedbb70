import { LOCKED_REGISTRY } from "../../../cluster/network/addresses.ts";
import { onHost, readNode, socketOf } from "../../../cluster/nodes/node.ts";
import { accounts } from "../../../cluster/registries/registries.ts";
import { SecretText } from "../../../src/domain/credentials/secret-text.ts";
import { connectCri } from "../../../src/effects/cri/connect.ts";
import type { CriRuntime } from "../../../src/ports/cri.ts";
import { cluster } from "./cluster.ts";

/** Talks to a node's runtime behind the kubelet's back, as a prefetcher does. */
export async function withRuntime<T>(
  nodeName: string,
  use: (runtime: CriRuntime, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const node = await readNode(cluster, nodeName);
  const runtime = connectCri({ socket: onHost(node, socketOf(node)) });
  try {
    return await use(runtime, AbortSignal.timeout(60_000));
  } finally {
    runtime.close();
  }
}

/** Pulls an image over CRI, with alice's password where the registry wants one. @returns what the runtime calls it */
export async function prefetch(nodeName: string, image: string): Promise<string> {
  const alice = { username: "alice", password: new SecretText(accounts.alice), email: "" };
  const credential = image.startsWith(LOCKED_REGISTRY) ? alice : undefined;
  const pulled = await withRuntime(nodeName, (runtime, signal) => runtime.pullImage(image, credential, signal));
  if (!pulled.ok) throw new Error(`${image} on ${nodeName}: ${pulled.error.message}`);
  return pulled.value;
}
