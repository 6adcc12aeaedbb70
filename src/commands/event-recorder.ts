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

export interface ManyNodesRecorder {
  /** @param time of what an agent told, as RFC 3339 @default now */
  emit(node: string, body: EventBody, time?: string): void;
  /** What is about no node alone belongs to no run, and goes to standard error. */
  warn(code: string, message: string): void;
}

/** The same for one run on many nodes. */
export function manyNodesRecorder(
  world: Pick<World, "clock" | "newRunId" | "terminal">,
  takers: readonly { event(event: LarderEvent): void }[],
): ManyNodesRecorder {
  const run = world.newRunId();
  return {
    emit(node, body, time = new Date(world.clock.now()).toISOString()): void {
      const event: LarderEvent = { schema: EVENT_SCHEMA, run, node, time, ...body };
      for (const taker of takers) taker.event(event);
    },
    warn: (_code, message) => world.terminal.stderr.write(`warning: ${message}\n`),
  };
}

/** What this node is called in the cluster, if somebody said so. */
export function nodeName({ environment, hostName }: Pick<World, "environment" | "hostName">): string {
  return environment["NODE_NAME"] || hostName;
}
