import { run } from "@stricli/core";
import { expect, it } from "vitest";
import { larderApplication } from "#commands/application.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { valueAt } from "#domain/json/unknown-value.ts";
import { encodeTerminationMessage } from "#domain/run/termination-message.ts";
import type { ApiAnswer, WriteOptions } from "#ports/kubernetes.ts";
import { FakeKubernetes } from "../kit/fake-kubernetes/fake-kubernetes.ts";
import { InstantClock } from "../kit/instant-clock.ts";
import { nodeObject } from "../kit/larder-pods.ts";
import { testWorld } from "../kit/test-world.ts";

const NODES = 1_000;
const images = Array.from({ length: 20 }, (_, n) => `registry.example/team/app-${n}:1.2.3`);
const PER_NODE_MAX = 3;
/** Whatever the number of nodes is. */
const ONCE_MAX = 40;
const nodeNames = Array.from({ length: NODES }, (_, n) => `node-${n}`);

/** Its DaemonSets bring a pod to every node at once, and its kubelets and agents have everything a second later. */
class ObligingCluster extends FakeKubernetes {
  readonly #clock: InstantClock;

  constructor(clock: InstantClock) {
    super({ now: () => clock.now() });
    this.#clock = clock;
    for (const name of nodeNames) this.put(nodeObject(name));
  }

  override async apply(object: ApiObject, options: WriteOptions, signal: AbortSignal): Promise<ApiAnswer<ApiObject>> {
    const applied = await super.apply(object, options, signal);
    if (applied.ok && object.kind === "DaemonSet") {
      for (const node of nodeNames) this.put(podOf(object, node, {}));
      void this.#clock.sleep(1_000, signal).then(() => {
        const at = new Date(this.#clock.now()).toISOString();
        for (const node of nodeNames) this.put(podOf(object, node, doneAt(object, at)));
      });
    }
    return applied;
  }
}

function podOf(daemonSet: ApiObject, node: string, status: object): ApiObject {
  const template = valueAt(daemonSet, "spec", "template") as { readonly metadata: object; readonly spec: object };
  const { name = "", namespace = "" } = daemonSet.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: `${name}-${node}`, namespace },
    spec: { ...template.spec, nodeName: node },
    status,
  };
}

const stocked = encodeTerminationMessage({
  outcome: "stocked",
  durationMs: 1_000,
  images: images.map(() => ({ outcome: "pulled" })),
});

function doneAt(daemonSet: ApiObject, at: string): object {
  const named = (containers: string): readonly { readonly name: string }[] =>
    (valueAt(daemonSet, "spec", "template", "spec", containers) ?? []) as readonly { readonly name: string }[];
  const ended = { exitCode: 0, reason: "Completed", message: stocked, startedAt: at, finishedAt: at };
  return {
    phase: "Running",
    containerStatuses: named("containers").map(({ name }) => ({ name, state: { running: { startedAt: at } } })),
    initContainerStatuses: named("initContainers").map(({ name }) => ({ name, state: { terminated: ended } })),
  };
}

function stockOf(method: string): string {
  const spec = { images, method };
  return JSON.stringify({ apiVersion: "larder.dev/v1alpha1", kind: "Stock", metadata: { name: "qa" }, spec });
}

it.each([
  ["kubelet", 0],
  ["cri", 1],
])("1,000 nodes cost few requests: method %s, %i a node and a few more", async (method, perNode) => {
  const clock = new InstantClock();
  const kubernetes = new ObligingCluster(clock);
  const { context, stdout } = testWorld({ kubernetes, files: { "larder.yaml": stockOf(method) } });
  const registries = { close: () => {}, findManifest: refuse, readManifest: refuse };
  const world = { ...context.world, clock, openRegistries: async () => registries };
  const args = ["up", "-f", "larder.yaml", "--wait", "--output", "ndjson"];
  const here = { ...context, world };
  await run(larderApplication("0.0.0"), args, here);
  const outcomes = stdout.text.match(/"kind":"image-finished".*?"outcome":"\w+"/g)?.map((match) => match.slice(-8));
  expect(new Set(outcomes)).toEqual(new Set(['"pulled"']));
  expect(outcomes).toHaveLength(NODES * images.length);
  expect(kubernetes.calls.length).toBeLessThanOrEqual(perNode * NODES + ONCE_MAX);
  expect(perNode * NODES + ONCE_MAX).toBeLessThanOrEqual(PER_NODE_MAX * NODES);
});

async function refuse(): Promise<never> {
  throw new Error("no registry is asked about images that no secret matches");
}
