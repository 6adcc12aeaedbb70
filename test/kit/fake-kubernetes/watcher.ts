/** One watch of the fake: changes come a moment later, as over a network, and wait while the server is away. */
import type { ApiFailure } from "../../../src/domain/cluster/api-failure.ts";
import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";
import type { Change, ListQuery, ReadObject } from "../../../src/ports/kubernetes.ts";
import { matchesFields, matchesLabels } from "./selectors.ts";
import type { ObjectStore, StoreChange } from "./store.ts";

export class Watcher<T> {
  readonly #query: ListQuery;
  readonly #read: ReadObject<T>;
  readonly #take: (change: Change<T>) => void;
  readonly #store: ObjectStore;
  #waiting: Change<T>[] = [];
  #isAway = false;
  #isClosed = false;
  readonly #stop: () => void;

  constructor(query: ListQuery, read: ReadObject<T>, take: (change: Change<T>) => void, store: ObjectStore) {
    this.#query = query;
    this.#read = read;
    this.#take = take;
    this.#store = store;
    this.#stop = store.listen((change) => this.#note(change));
  }

  list(): void {
    this.#waiting = [];
    const items = found(this.#query, this.#store).flatMap((object) => this.#read(structuredClone(object)) ?? []);
    this.#give({ kind: "listed", items });
  }

  interrupt(failure: ApiFailure): void {
    if (!this.#isAway) this.#give({ kind: "interrupted", failure });
    this.#isAway = true;
  }

  /** @param isExpired what was missed is not known any more, and all is listed */
  resume(isExpired: boolean): void {
    this.#isAway = false;
    if (isExpired) return this.list();
    for (const change of this.#waiting.splice(0)) this.#give(change);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  #note({ resource, before, after }: StoreChange): void {
    if (resource !== this.#query.resource) return;
    const was = before !== undefined && isFound(before, this.#query);
    const is = after !== undefined && isFound(after, this.#query);
    const object = is ? after : was ? before : undefined;
    const item = object && this.#read(structuredClone(object));
    if (item === undefined) return;
    const change: Change<T> = { kind: is ? "changed" : "deleted", item };
    if (this.#isAway) this.#waiting.push(change);
    else this.#give(change);
  }

  #give(change: Change<T>): void {
    queueMicrotask(() => {
      if (!this.#isClosed) this.#take(change);
    });
  }
}

export function found(query: ListQuery, store: ObjectStore): ApiObject[] {
  return store.all(query.resource).filter((object) => isFound(object, query));
}

function isFound(object: ApiObject, { namespace, labelSelector, fieldSelector }: ListQuery): boolean {
  return (
    (namespace === undefined || object.metadata.namespace === namespace) &&
    matchesLabels(object, labelSelector) &&
    matchesFields(object, fieldSelector)
  );
}
