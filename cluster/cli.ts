/** The kit on the command line: npm run cluster -- COMMAND … (see README.md beside this file). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { binaries } from "./binaries/build.ts";
import { isKubernetesVersion, modules } from "./binaries/modules.ts";
import { makeCertificate, writeKubeconfig } from "./control-plane/certificates.ts";
import { waitForApi } from "./control-plane/start.ts";
import { adminKubeconfig, type Cluster, openCluster } from "./folder.ts";
import { addFakeNodes } from "./kwok/fake-nodes.ts";
import { LOCKED_REGISTRY, OPEN_REGISTRY } from "./network/addresses.ts";
import { bringBack, cutOff, limitRate } from "./network/cable.ts";
import { delayRegistries } from "./network/delay.ts";
import { answerFrom } from "./nodes/credential-provider.ts";
import { answerPullsWith } from "./nodes/crio.ts";
import { holderOf, type Node, readNode } from "./nodes/node.ts";
import { parseSettings } from "./nodes/settings.ts";
import { startNode, startPartAgain } from "./nodes/start.ts";
import { removeNode, stopNode } from "./nodes/stop.ts";
import { startAgain, stopDaemon } from "./processes/daemon.ts";
import { inside } from "./processes/holder.ts";
import { pushTestImages, testImages } from "./registries/images.ts";
import { accounts } from "./registries/registries.ts";
import { say } from "./say.ts";
import { downCluster, leaveRunning, upCluster } from "./up.ts";

const name = process.env["LARDER_CLUSTER"] ?? "default";

interface Command {
  readonly usage: string;
  readonly brief: string;
  readonly run: (args: readonly string[]) => Promise<unknown>;
}

const commands: Readonly<Record<string, Command>> = {
  build: {
    usage: "[MODULE [BINARY…]]",
    brief: "build what no Debian package has; all of it without arguments",
    run: build,
  },
  up: { usage: "[version=1.37] [large] [apiserver=ARG]…", brief: "control plane, registries and test images", run: up },
  node: {
    usage: "NAME [KEY=VALUE]…",
    brief: "start a node, or start a stopped one again",
    run: async ([node = "", ...words]) =>
      startNode(await openCluster(name), node, words.length > 0 ? parseSettings(words) : undefined),
  },
  "stop-node": { usage: "NAME", brief: "pull the plug of a node; its disk stays", run: onNode(stopNode) },
  "rm-node": { usage: "NAME", brief: "stop a node and remove it, disk and all", run: onNode(removeNode) },
  exec: { usage: "NAME COMMAND…", brief: "run a command inside a node", run: exec },
  images: { usage: "", brief: "push the test images again, and list them", run: images },
  kubectl: { usage: "ARGS…", brief: "kubectl of the control plane's version, as admin", run: kubectl },
  user: { usage: "NAME [GROUP]", brief: "make a user without rights; prints its kubeconfig", run: user },
  cut: { usage: "NAME", brief: "cut a node off from the network", run: onNode(cutOff) },
  mend: { usage: "NAME", brief: "bring it back", run: onNode(bringBack) },
  rate: {
    usage: "NAME 8mbit|off",
    brief: "limit what a node can download",
    run: onNode((cluster, node, rate) => limitRate(cluster, node, rate === "off" ? undefined : rate)),
  },
  delay: {
    usage: "NAME MILLISECONDS",
    brief: "delay what a node's runtime and the registries say to each other",
    run: onNode((cluster, node, delay) => delayRegistries(cluster, node, Number(delay))),
  },
  crio: {
    usage: "NAME digest|id",
    brief: "what PullImage answers on a node with runtime=cri-o",
    run: onNode((_, node, answer) => answerPullsWith(node, oneOf(answer, ["digest", "id"]))),
  },
  provider: {
    usage: "NAME alice|bob|nobody",
    brief: "whose account a node's credential-provider plugin gives",
    run: onNode((_, node, account) => answerFrom(node, oneOf(account, ["alice", "bob", "nobody"]))),
  },
  stop: { usage: "PART", brief: "stop kube-apiserver, NODE.kubelet, NODE.containerd, …", run: onPart(stopDaemon) },
  start: { usage: "PART", brief: "start it again as it was", run: onPart(startStopped) },
  kwok: {
    usage: "COUNT",
    brief: "add nodes that exist in the API only",
    run: async ([count]) => addFakeNodes(await openCluster(name), Number(count)),
  },
  down: { usage: "", brief: "end everything and remove it", run: async () => downCluster(await openCluster(name)) },
};

async function build([module, ...wanted]: readonly string[]): Promise<void> {
  const everything = Object.entries(modules).flatMap(([key, { tier, commands: all }]) => [
    [key, tier ?? Object.keys(all)] as const,
  ]);
  const one = [
    [module ?? "", wanted.length > 0 ? wanted : Object.keys(modules[module ?? ""]?.commands ?? {})] as const,
  ];
  for (const [key, needed] of module === undefined ? everything : one) console.log(await binaries(key, needed));
}

async function up(words: readonly string[]): Promise<void> {
  const version = words.find((word) => word.startsWith("version="))?.slice("version=".length) ?? "1.35";
  if (!isKubernetesVersion(version)) throw new Error(`version=${version}: see cluster/versions`);
  const apiserverArgs = words.flatMap((word) =>
    word.startsWith("apiserver=") ? [word.slice("apiserver=".length)] : [],
  );
  const cluster = await upCluster(name, { version, apiserverArgs, isLarge: words.includes("large") });
  await leaveRunning(cluster);
  say(`KUBECONFIG=${adminKubeconfig(cluster)}`);
}

async function exec([node = "", ...command]: readonly string[]): Promise<void> {
  const cluster = await openCluster(name);
  const holder = holderOf(await readNode(cluster, node));
  await passOn(await inside(cluster, holder, ["net", "pid", "mount", "uts"], command));
}

async function kubectl(args: readonly string[]): Promise<void> {
  const cluster = await openCluster(name);
  const command = join(await binaries("1.35", ["kubectl"]), "kubectl");
  const cache = `--cache-dir=${join(cluster.path, "kubectl")}`;
  await passOn([command, `--kubeconfig=${adminKubeconfig(cluster)}`, cache, ...args]);
}

async function images(): Promise<void> {
  const cluster = await openCluster(name);
  await pushTestImages(cluster);
  for (const image of Object.keys(testImages)) {
    console.log(`${image.startsWith("private/") ? LOCKED_REGISTRY : OPEN_REGISTRY}/${image}`);
  }
  const passwords = Object.entries(accounts).map((account) => account.join(":"));
  say(`both registries have all of them; ${LOCKED_REGISTRY} wants ${passwords.join(" or ")}`);
  say(`from the host: 127.0.0.1:${cluster.ports.open} and 127.0.0.1:${cluster.ports.locked}`);
}

async function user([subject = "", group]: readonly string[]): Promise<void> {
  const cluster = await openCluster(name);
  const file = join(cluster.path, `${subject}.kubeconfig`);
  await makeCertificate(cluster, { name: subject, user: subject, ...(group !== undefined && { group }) });
  await writeKubeconfig(cluster, file, subject, `https://127.0.0.1:${cluster.ports.api}`);
  console.log(file);
}

/** Its streams and its exit code are ours. */
async function passOn([command = "", ...args]: readonly string[]): Promise<void> {
  const [code] = (await once(spawn(command, args, { stdio: "inherit" }), "exit")) as [number | null];
  process.exitCode = code ?? 1;
}

function onNode(act: (cluster: Cluster, node: Node, argument: string) => Promise<unknown>): Command["run"] {
  return async ([node = "", argument = ""]) => {
    const cluster = await openCluster(name);
    await act(cluster, await readNode(cluster, node), argument);
  };
}

function onPart(act: (cluster: Cluster, part: string) => Promise<void>): Command["run"] {
  return async ([part = ""]) => act(await openCluster(name), part);
}

/** And waits until it serves, where that can be known. */
async function startStopped(cluster: Cluster, part: string): Promise<void> {
  const [node = "", nodePart] = part.split(".");
  if (nodePart !== undefined) {
    return await startPartAgain(
      cluster,
      await readNode(cluster, node),
      oneOf(nodePart, ["containerd", "crio", "kubelet"]),
    );
  }
  await startAgain(cluster, part);
  await waitForApi(cluster);
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`${text} is none of ${words.join(", ")}`);
  return found;
}

const [, , word = "", ...args] = process.argv;
const command = commands[word];
if (command === undefined) {
  const lines = Object.entries(commands).map(([key, { usage, brief }]) => `  ${`${key} ${usage}`.padEnd(38)}${brief}`);
  console.error(`npm run cluster -- COMMAND (LARDER_CLUSTER names the cluster; now ${name})\n${lines.join("\n")}`);
  process.exitCode = 2;
} else {
  await command.run(args).catch((error: unknown) => {
    console.error(`cluster: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
