import { EVENT_SCHEMA, type EventBody, type LarderEvent } from "#domain/run/event.ts";
import type { World } from "./world.ts";

/** Gives each event its head (schema, run, node, time) and hands it to everybody who takes events. */
export function eventRecorder(
  world: Pick<World, "clock" | "environment" | "hostName" | "newRunId">,
  takers: readonly { event(event: LarderEvent): void }[],
): (body: EventBody) => void {
  const run = world.newRunId();
  const node = nodeName(world);
  return (body) => {
    const time = new Date(world.clock.now()).toISOString();
    const event: LarderEvent = { schema: EVENT_SCHEMA, run, node, time, ...body };
    for (const taker of takers) taker.event(event);
  };
}

/** What this node is called in the cluster, if somebody said so. */
export function nodeName({ environment, hostName }: Pick<World, "environment" | "hostName">): string {
  return environment["NODE_NAME"] || hostName;
}
