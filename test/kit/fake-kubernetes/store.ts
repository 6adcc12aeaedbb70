/** The objects, their versions, and who listens to changes. */
import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";
import { type ObjectName, RESOURCES, type Resource } from "../../../src/domain/cluster/resource.ts";
import { targetOf } from "./answers.ts";

export interface StoreChange {
  readonly resource: Resource;
  readonly before: ApiObject | undefined;
  readonly after: ApiObject | undefined;
}

export class ObjectStore {
  readonly #objects = new Map<string, ApiObject>();
  readonly #listeners = new Set<(change: StoreChange) => void>();
  readonly #now: () => number;
  #version = 1;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(target: ObjectName): ApiObject | undefined {
    return this.#objects.get(keyOf(target));
  }

  all(resource: Resource): ApiObject[] {
    const prefix = `${resource}/`;
    return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  /** What the server adds to an object that is new or changed. */
  complete(object: ApiObject, before: ApiObject | undefined): ApiObject {
    const { uid, creationTimestamp } = before?.metadata ?? {};
    const isOfSpec = "spec" in object;
    const generation = Number(before?.metadata["generation"] ?? 0) + (isSameSpec(object, before) ? 0 : 1);
    const metadata = {
      ...object.metadata,
      uid: uid ?? `00000000-0000-4000-8000-${String(++this.#count).padStart(12, "0")}`,
      creationTimestamp: creationTimestamp ?? new Date(this.#now()).toISOString().replace(/\.\d+Z$/, "Z"),
      resourceVersion: String(this.#version + 1),
      ...(isOfSpec && { generation }),
    };
    return { ...object, metadata };
  }

  newName(prefix: string): string {
    return `${prefix}${String(++this.#count).padStart(5, "0")}`;
  }

  put(resource: Resource, object: ApiObject): void {
    const target = targetOf(resource, object);
    const before = this.get(target);
    this.#version++;
    this.#objects.set(keyOf(target), object);
    this.#tell({ resource, before, after: object });
  }

  /** With what it owns, and with what is in it. */
  remove(resource: Resource, object: ApiObject, isOrphaning: boolean): void {
    if (!this.#objects.delete(keyOf(targetOf(resource, object)))) return;
    this.#version++;
    const before = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#tell({ resource, before, after: undefined });
    const { uid, name } = object.metadata;
    for (const other of Object.keys(RESOURCES) as Resource[]) {
      for (const dependent of this.all(other)) {
        const isOwned = !isOrphaning && dependent.metadata.ownerReferences?.some((owner) => owner.uid === uid);
        const isInside = resource === "namespaces" && dependent.metadata.namespace === name;
        if (isOwned || isInside) this.remove(other, dependent, false);
      }
    }
  }

  listen(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: StoreChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function keyOf({ resource, namespace = "", name }: ObjectName): string {
  return `${resource}/${namespace}/${name}`;
}

function isSameSpec(object: ApiObject, before: ApiObject | undefined): boolean {
  return before !== undefined && JSON.stringify(object["spec"]) === JSON.stringify(before["spec"]);
}
