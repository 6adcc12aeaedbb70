/** One line of a watch (k8s.io/apimachinery, pkg/apis/meta/v1: WatchEvent). */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { decodeObject, isRecord, type TypeOfObject } from "./object.ts";
import { type Refusal, refusalOfStatus } from "./status.ts";

export type WatchEvent =
  | { readonly kind: "changed" | "deleted"; readonly object: ApiObject; readonly resourceVersion: string | undefined }
  /** Nothing happened up to this version. */
  | { readonly kind: "bookmark"; readonly resourceVersion: string | undefined }
  /** The watch ends. */
  | { readonly kind: "error"; readonly refusal: Refusal };

/** @returns undefined: the line is no event, because it was cut or does not come from an API server */
export function decodeWatchEvent(line: string, type: TypeOfObject): WatchEvent | undefined {
  const value = parse(line);
  if (!isRecord(value) || !isRecord(value["object"])) return undefined;
  const { object } = value;
  switch (value["type"]) {
    case "ADDED":
    case "MODIFIED":
      return change("changed", object, type);
    case "DELETED":
      return change("deleted", object, type);
    case "BOOKMARK":
      return { kind: "bookmark", resourceVersion: decodeObject(object, type)?.metadata.resourceVersion };
    case "ERROR":
      return { kind: "error", refusal: refusalOfStatus(object) };
    default:
      return undefined;
  }
}

function change(kind: "changed" | "deleted", value: unknown, type: TypeOfObject): WatchEvent | undefined {
  const object = decodeObject(value, type);
  return object && { kind, object, resourceVersion: object.metadata.resourceVersion };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
