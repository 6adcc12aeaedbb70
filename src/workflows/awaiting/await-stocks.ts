/**
 * Waits until every node that one of the Stocks means has everything that it shall have, or cannot get it. Nodes and pods are watched, never
 * polled, so a cluster of any size costs a handful of requests, and for the method `cri` one more a node for the agent's log.
 *
 * It gives the same event stream as `larder fetch`, with one run on many nodes. A node's part begins when the node is first seen and ends when
 * its last image is final; nodes that come later begin later, and nodes that leave end at once and hold up nobody.
 */
import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import { podFactsOf } from "#domain/observing/pod-facts.ts";
import { fail, ok } from "#domain/result.ts";
import type { EventBody, LarderEvent, RunOutcome } from "#domain/run/event.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, Change, KubernetesApi, ListQuery, ReadObject } from "#ports/kubernetes.ts";
import { agentLogReader } from "./agent-logs.ts";
import { type AwaitedStock, observeNode, podQueries } from "./awaited-stock.ts";
import { Gaps } from "./gaps.ts";
import { NodeRuns } from "./node-runs.ts";

export interface AwaitPlan {
  /** Version of Larder, for the event stream. */
  readonly larder: string;
  /** One at least; those of one namespace share a watch. */
  readonly stocks: readonly AwaitedStock[];
  /** For all nodes together, in ms. */
  readonly timeoutMs: number;
  /** When the work began, in ms since 1970: an image that a container holds since before that was present. */
  readonly presentBeforeMs: number;
}

export interface AwaitPorts {
  readonly api: Pick<KubernetesApi, "watch" | "readLog">;
  readonly clock: Clock;
  /** @param time of an event that an agent told, as RFC 3339; absent: now */
  readonly emit: (node: string, body: EventBody, time?: string) => void;
  /** What is about no single run: nodes that are left out, a server that cannot be reached. */
  readonly warn: (code: AwaitWarning, message: string) => void;
  /** A line of an agent's log, if it is an event. */
  readonly parseEvent: (line: string) => LarderEvent | undefined;
}

export type AwaitWarning = "API_INTERRUPTED" | "NODES_LEFT_OUT" | "NO_NODES";

/**
 * @param interrupted aborts when the user wants to stop; what was done by then is told
 * @returns the outcome of all nodes together, `unreachable` if the API never answered; the error: why it can never answer. The stream is
 * complete in either case.
 */
export async function awaitStocks(
  plan: AwaitPlan,
  ports: AwaitPorts,
  interrupted: AbortSignal,
): Promise<ApiAnswer<RunOutcome>> {
  const { clock, api } = ports;
  const overall = clock.deadline(plan.timeoutMs, interrupted);
  const done = new AbortController();
  const signal = AbortSignal.any([overall.signal, done.signal]);
  const readAgentLog = agentLogReader(ports, signal);
  const queries = podQueries(plan.stocks);
  const runs = new NodeRuns(plan, queries.length, { ...ports, readAgentLog, end: () => done.abort() }, signal);
  const gaps = new Gaps(ports);
  let failure: ApiFailure | undefined;

  async function watch<T>(query: ListQuery, read: ReadObject<T>, take: (change: Change<T>) => void): Promise<void> {
    const answer = await api.watch(
      query,
      read,
      (change) => {
        gaps.notice(change);
        take(change);
      },
      signal,
    );
    if (answer.ok) return;
    failure ??= answer.error;
    done.abort();
  }

  try {
    await Promise.all([
      watch(
        { resource: "nodes" },
        (object) => observeNode(object, plan.stocks),
        (change) => runs.takeNodes(change),
      ),
      ...queries.map((query, index) => watch(query, podFactsOf, (change) => runs.takePods(index, change))),
    ]);
    if (failure) {
      runs.stop("halted", failure.message);
      return fail(failure);
    }
    return ok(runs.finish(interrupted.aborted ? "interrupted" : "deadline"));
  } finally {
    overall.dispose();
  }
}
