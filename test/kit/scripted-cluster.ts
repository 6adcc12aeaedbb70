import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { fail, ok } from "#domain/result.ts";
import type { ApiAnswer, Change, ContainerName, KubernetesApi, ListQuery } from "#ports/kubernetes.ts";

type Taker = { readonly query: ListQuery; readonly take: (change: Change<ApiObject>) => void };

/** Nodes and pods that a test puts there and takes away, and everybody who watches is told at once. */
export class ScriptedCluster implements Pick<KubernetesApi, "watch" | "list" | "readLog"> {
  /** What was asked, as `watch nodes`, `log larder-agents/agent-a/fetch-0`. */
  readonly requests: string[] = [];
  /** By container; what is not there answers not-found. */
  readonly logs = new Map<string, string>();
  /** How a log is answered otherwise: by nothing until the signal aborts. */
  isLogStuck = false;
  /** Watches of this resource can never work. */
  forbidden: string | undefined;
  /** The server does not answer. */
  isAway = false;
  readonly #objects = new Map<string, ApiObject>();
  readonly #takers = new Set<Taker>();

  put(object: ApiObject): void {
    this.#objects.set(keyOf(object), object);
    this.#tell(object, "changed");
  }

  remove(object: ApiObject): void {
    this.#objects.delete(keyOf(object));
    this.#tell(object, "deleted");
  }

  /** The server goes and comes back; what changed between is told by a new list. */
  interrupt(failure: ApiFailure, meanwhile: () => void): void {
    const takers = [...this.#takers];
    this.#takers.clear();
    for (const { take } of takers) take({ kind: "interrupted", failure });
    meanwhile();
    for (const taker of takers) {
      this.#takers.add(taker);
      taker.take({ kind: "listed", items: this.#matching(taker.query) });
    }
  }

  async watch<T>(
    query: ListQuery,
    read: (object: ApiObject) => T | undefined,
    take: (change: Change<T>) => void,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>> {
    this.requests.push(`watch ${query.resource}${query.namespace === undefined ? "" : ` ${query.namespace}`}`);
    if (this.forbidden === query.resource) return fail(forbiddenFailure(query.resource));
    const taker: Taker = {
      query,
      take: (change) => {
        if (change.kind === "listed") take({ kind: "listed", items: change.items.flatMap((item) => read(item) ?? []) });
        else if (change.kind === "interrupted") take(change);
        else {
          const item = read(change.item);
          if (item !== undefined) take({ kind: change.kind, item });
        }
      },
    };
    await Promise.resolve();
    if (!this.isAway) {
      this.#takers.add(taker);
      taker.take({ kind: "listed", items: this.#matching(query) });
    }
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    this.#takers.delete(taker);
    return ok(undefined);
  }

  async list<T>(query: ListQuery, read: (object: ApiObject) => T | undefined): Promise<ApiAnswer<readonly T[]>> {
    this.requests.push(`list ${query.resource}`);
    if (this.forbidden === query.resource) return fail(forbiddenFailure(query.resource));
    return ok(this.#matching(query).flatMap((object) => read(object) ?? []));
  }

  async readLog(
    { namespace, pod, container }: ContainerName,
    take: (piece: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>> {
    const key = `${namespace}/${pod}/${container}`;
    this.requests.push(`log ${key}`);
    const failure = (kind: ApiFailure["kind"]) => fail({ kind, action: `read the log ${key}`, message: kind });
    if (this.isLogStuck) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      return failure("aborted");
    }
    const text = this.logs.get(key);
    if (text === undefined) return failure("not-found");
    const bytes = Buffer.from(text);
    const half = Math.floor(bytes.length / 2);
    for (const piece of [bytes.subarray(0, half), bytes.subarray(half)]) take(piece);
    return ok(undefined);
  }

  #tell(item: ApiObject, kind: "changed" | "deleted"): void {
    for (const { query, take } of this.#takers) if (isMatching(query, item)) take({ kind, item });
  }

  #matching(query: ListQuery): ApiObject[] {
    return [...this.#objects.values()].filter((object) => isMatching(query, object));
  }
}

function forbiddenFailure(resource: string): ApiFailure {
  return { kind: "forbidden", action: `watch ${resource}`, message: `${resource} is forbidden` };
}

function keyOf({ kind, metadata }: ApiObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function isMatching(query: ListQuery, { kind, metadata }: ApiObject): boolean {
  if (kind !== (query.resource === "nodes" ? "Node" : "Pod")) return false;
  if (query.namespace !== undefined && query.namespace !== metadata.namespace) return false;
  const stocks = /larder\.dev\/stock in \(([^)]*)\)/.exec(query.labelSelector ?? "")?.[1]?.split(",");
  return stocks === undefined || stocks.includes(metadata.labels?.["larder.dev/stock"] ?? "");
}
