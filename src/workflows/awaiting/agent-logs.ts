/**
 * What an agent printed: the whole event stream of `larder fetch`, which has what a termination message has no room for. It is a courtesy:
 * where it cannot be had (no right to read logs, a node that does not answer, a log that was rotated), the message is enough.
 */
import PQueue from "p-queue";
import type { LarderEvent } from "#domain/run/event.ts";
import type { Clock } from "#ports/clock.ts";
import type { ContainerName, KubernetesApi } from "#ports/kubernetes.ts";

/** @returns undefined where there is no whole stream */
export type ReadAgentLog = (container: ContainerName) => Promise<readonly LarderEvent[] | undefined>;

export interface AgentLogPorts {
  readonly api: Pick<KubernetesApi, "readLog">;
  readonly clock: Clock;
  /** Undefined for a line that is no event: standard error is in the same log. */
  readonly parseEvent: (line: string) => LarderEvent | undefined;
}

const LOGS_AT_ONCE = 8;
const PATIENCE_MS = 10_000;
/** Far more than 500 images write. */
const CHARACTERS_MAX = 4 * 1024 * 1024;

export function agentLogReader({ api, clock, parseEvent }: AgentLogPorts, signal: AbortSignal): ReadAgentLog {
  const queue = new PQueue({ concurrency: LOGS_AT_ONCE });

  async function read(container: ContainerName): Promise<readonly LarderEvent[] | undefined> {
    if (signal.aborted) return undefined;
    const patience = clock.deadline(PATIENCE_MS, signal);
    const lines = lineReader(parseEvent);
    try {
      const answer = await api.readLog(container, (piece) => lines.take(piece), patience.signal);
      return answer.ok && !patience.signal.aborted ? lines.wholeRun() : undefined;
    } finally {
      patience.dispose();
    }
  }

  return (container) => queue.add(() => read(container));
}

function lineReader(parseEvent: AgentLogPorts["parseEvent"]) {
  const decoder = new TextDecoder();
  let events: LarderEvent[] = [];
  let rest = "";
  let room = CHARACTERS_MAX;
  const takeLine = (line: string): void => {
    const event = line.startsWith("{") ? parseEvent(line) : undefined;
    // An agent that was started again tells all anew.
    if (event?.kind === "run-started") events = [];
    if (event) events.push(event);
  };
  return {
    take(piece: Uint8Array): void {
      const text = decoder.decode(piece, { stream: true });
      room -= text.length;
      if (room < 0) return;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) takeLine(line);
    },
    wholeRun(): readonly LarderEvent[] | undefined {
      const isWhole = room >= 0 && events[0]?.kind === "run-started" && events.at(-1)?.kind === "run-finished";
      return isWhole ? events : undefined;
    },
  };
}
