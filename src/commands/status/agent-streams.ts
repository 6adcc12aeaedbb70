import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import { ROLE_LABEL, stockSelector } from "#domain/manifests/labels.ts";
import { podFactsOf } from "#domain/observing/pod-facts.ts";
import { parseEventLine } from "#inputs/event-stream/event-line.ts";
import { openPresenter } from "#present/open.ts";
import { agentLogReader } from "#workflows/awaiting/agent-logs.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import { colourOf } from "../presenter.ts";
import type { World } from "../world.ts";

/** What the agents of one node told while they pulled. */
export async function tellAgentStreams(stock: Inventory, node: string, cluster: Cluster, world: World): Promise<void> {
  if (stock.method === "kubelet") return;
  const query = {
    resource: "pods",
    namespace: agentsNamespaceOf(stock.namespace),
    labelSelector: `${stockSelector(stock.name)},${ROLE_LABEL}=agent`,
    fieldSelector: `spec.nodeName=${node}`,
  } as const;
  const pods = answered(await cluster.api.list(query, podFactsOf, world.interrupted), cluster);
  const readLog = agentLogReader({ ...cluster, clock: world.clock, parseEvent }, world.interrupted);
  const { stdout } = world.terminal;
  for (const { name, namespace, containers } of pods) {
    for (const { name: container } of containers.filter(({ images }) => images.length > 0)) {
      const events = await readLog({ namespace, pod: name, container });
      stdout.write(
        `\n${events === undefined ? `the log of ${name} (${container}) cannot be had now` : `${name} (${container})`}\n`,
      );
      const presenter = await openPresenter("text", stdout, world.clock, { colour: colourOf(world) });
      for (const event of events ?? []) presenter.event(event);
      presenter.end();
    }
  }
}

function parseEvent(line: string) {
  const parsed = parseEventLine(line);
  return parsed.ok ? parsed.value : undefined;
}
