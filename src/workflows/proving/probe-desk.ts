/**
 * Where probes are made, watched and taken away. One watch for all pods of a run tells what they answer, whichever node they are on; a pod
 * is deleted as soon as all of its containers have answered, and what is left when the desk closes goes in one request.
 *
 * A request to make a pod is never cut short: a server that was not heard out may have made it, and nobody would know.
 */
import { type ApiFailure, formatApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { ROLE_LABEL, RUN_LABEL, stockSelector } from "#domain/manifests/labels.ts";
import { type PodState, podStateOf } from "#domain/proving/pod-state.ts";
import { fail, ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, Change, KubernetesApi, NamespacedQuery } from "#ports/kubernetes.ts";

export interface ProbeDesk {
  /** The part of a pod's name that is new in every run. */
  newName(): string;
  /** @returns the pod as the API has it */
  create(pod: ApiObject): Promise<ApiAnswer<ApiObject>>;
  /**
   * Calls `take` with each state of a pod until it says that it has enough, the pod is gone, the watch failed, or the signal aborts.
   */
  follow(name: string, take: (state: PodState) => boolean, signal: AbortSignal): Promise<FollowEnd>;
  remove(name: string): Promise<void>;
  /** Deletes all pods of the run, waiting for those that are being made. To be called once, on every path. */
  close(): Promise<ApiAnswer<void>>;
}

export type FollowEnd =
  | { readonly kind: "enough" | "aborted" | "deleted" }
  | { readonly kind: "blind"; readonly reason: string };

export interface DeskPorts {
  readonly api: Pick<KubernetesApi, "create" | "get" | "delete" | "deleteAll" | "watch">;
  readonly clock: Clock;
}

export interface DeskOptions {
  readonly stock: { readonly name: string; readonly namespace: string };
  readonly run: string;
}

const REQUEST_MS = 30_000;
const TRIES = 3;
const TRY_AGAIN_MS = 1_000;

type Listener = (said: PodState | { readonly deleted: true } | { readonly blind: string }) => void;

export function openProbeDesk(options: DeskOptions, ports: DeskPorts): ProbeDesk {
  const { api, clock } = ports;
  const { namespace } = options.stock;
  const query = queryOf(options);
  const known = new Map<string, PodState>();
  const listeners = new Map<string, Listener>();
  const creating = new Set<Promise<unknown>>();
  const watching = new AbortController();
  let blind: string | undefined;
  let count = 0;

  const tellAll = (reason: string): void => {
    blind = reason;
    for (const listener of listeners.values()) listener({ blind: reason });
  };
  const take = (change: Change<PodState>): void => {
    if (change.kind === "interrupted") return;
    if (change.kind === "deleted") return listeners.get(change.item.name)?.({ deleted: true });
    for (const state of change.kind === "listed" ? change.items : [change.item]) {
      known.set(state.name, state);
      listeners.get(state.name)?.(state);
    }
  };
  const watched = api.watch(query, podStateOf, take, watching.signal).then((end) => {
    if (!end.ok && !watching.signal.aborted) tellAll(formatApiFailure(end.error));
  });

  return {
    newName: () => `probe-${options.run.slice(0, 8)}-${++count}`,
    async create(pod) {
      const made = createPod(pod, ports);
      creating.add(made);
      const answer = await made;
      creating.delete(made);
      return answer;
    },
    follow(name, enough, signal) {
      return new Promise((resolve) => {
        const end = (how: FollowEnd): void => {
          listeners.delete(name);
          signal.removeEventListener("abort", abort);
          resolve(how);
        };
        const abort = (): void => end({ kind: "aborted" });
        const listen: Listener = (said) => {
          if ("deleted" in said) end({ kind: "deleted" });
          else if ("blind" in said) end({ kind: "blind", reason: said.blind });
          else if (enough(said)) end({ kind: "enough" });
        };
        if (signal.aborted) return resolve({ kind: "aborted" });
        signal.addEventListener("abort", abort, { once: true });
        listeners.set(name, listen);
        const state = known.get(name);
        if (state !== undefined) listen(state);
        else if (blind !== undefined) listen({ blind });
      });
    },
    async remove(name) {
      known.delete(name);
      await within(REQUEST_MS, clock, (signal) =>
        api.delete({ resource: "pods", namespace, name }, { gracePeriodSeconds: 0 }, signal),
      );
    },
    async close() {
      await Promise.all(creating);
      const removed = await within(REQUEST_MS, clock, (signal) =>
        api.deleteAll(query, { gracePeriodSeconds: 0 }, signal),
      );
      watching.abort();
      await watched;
      return removed;
    },
  };
}

function queryOf({ stock, run }: DeskOptions): NamespacedQuery {
  const labelSelector = `${stockSelector(stock.name)},${ROLE_LABEL}=probe,${RUN_LABEL}=${run}`;
  return { resource: "pods", namespace: stock.namespace, labelSelector };
}

const mayHaveMadeIt: ReadonlySet<ApiFailure["kind"]> = new Set(["unreachable", "timeout", "throttled", "server"]);

/** The pod has a name of its own, so asking again makes no second one. */
async function createPod(pod: ApiObject, { api, clock }: DeskPorts): Promise<ApiAnswer<ApiObject>> {
  for (let attempt = 1; ; attempt++) {
    const created = await within(REQUEST_MS, clock, (signal) => api.create(pod, {}, signal));
    if (created.ok) return created;
    const { kind } = created.error;
    if (kind === "already-exists" && attempt > 1) return readBack(pod, { api, clock });
    if (!mayHaveMadeIt.has(kind) || attempt === TRIES) return created;
    await clock.sleep(TRY_AGAIN_MS);
  }
}

async function readBack(pod: ApiObject, { api, clock }: DeskPorts): Promise<ApiAnswer<ApiObject>> {
  const { name = "", namespace = "" } = pod.metadata;
  const found = await within(REQUEST_MS, clock, (signal) => api.get({ resource: "pods", namespace, name }, signal));
  return found.ok ? ok(found.value) : fail(found.error);
}

/** For what must be done although the run is over: bounded by its own time alone. */
async function within<T>(ms: number, clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = clock.deadline(ms);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.dispose();
  }
}
