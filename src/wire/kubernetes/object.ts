/** Objects as the API's JSON has them. The server is trusted to keep its own schema; only what Larder's types promise is looked at. */
import type { ApiObject, ObjectMetadata } from "#domain/cluster/api-object.ts";

export interface TypeOfObject {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * @param type what it is where it does not say so: items of a list do not
 * @returns undefined: it is no object of the API
 */
export function decodeObject(value: unknown, type: TypeOfObject): ApiObject | undefined {
  if (!isRecord(value)) return undefined;
  const { metadata, apiVersion = type.apiVersion, kind = type.kind } = value;
  if (!isMetadata(metadata) || typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  return { ...value, apiVersion, kind, metadata };
}

/** What stands around the items of a list. */
export interface Page {
  /** Of the whole list, as it was when its first page was read. */
  readonly resourceVersion: string;
  /** For the next page; undefined: this was the last one. */
  readonly continueToken: string | undefined;
  /** Items that are no objects. */
  readonly hasOddItems: boolean;
}

/** @param value a list whose items were taken out @returns undefined: it is no list */
export function decodePage(value: unknown): Page | undefined {
  if (!isRecord(value) || !isRecord(value["metadata"])) return undefined;
  const { items, metadata } = value;
  // Go writes an empty list as null where nobody made one.
  if (items !== null && !Array.isArray(items)) return undefined;
  const { resourceVersion, continue: token } = metadata;
  return {
    resourceVersion: typeof resourceVersion === "string" ? resourceVersion : "",
    continueToken: typeof token === "string" && token !== "" ? token : undefined,
    hasOddItems: (items ?? []).length > 0,
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const TEXTS = ["name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"];
const MAPS = ["labels", "annotations"];

function isMetadata(value: unknown): value is ObjectMetadata {
  if (!isRecord(value)) return false;
  const { ownerReferences = [] } = value;
  return (
    TEXTS.every((field) => value[field] === undefined || typeof value[field] === "string") &&
    MAPS.every((field) => value[field] === undefined || isRecord(value[field])) &&
    Array.isArray(ownerReferences)
  );
}
