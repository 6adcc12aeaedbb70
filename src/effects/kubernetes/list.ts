import type { ApiObject } from "#domain/cluster/api-object.ts";
import { RESOURCES } from "#domain/cluster/resource.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { ListQuery, ReadObject } from "#ports/kubernetes.ts";
import { decodeObject, decodePage } from "#wire/kubernetes/object.ts";
import { pathOfCollection, withQuery } from "#wire/kubernetes/paths.ts";
import { type Failed, notAnApi } from "./failed.ts";

/** 5,000 nodes in one answer cost 420 MiB here; in pages of this size they cost what is kept of them. */
const PAGE_SIZE = 500;
/** How often a list may begin again because its pages expire (after five minutes) before it is read. */
const RESTARTS_MAX = 3;

export interface Listed<T> {
  readonly items: readonly T[];
  /** All of it was so at this version. */
  readonly resourceVersion: string;
}

/** @param askPage gives the answer to a path as JSON */
export async function listPages<T>(
  query: ListQuery,
  read: ReadObject<T>,
  askPage: (path: string) => Promise<Result<unknown, Failed>>,
): Promise<Result<Listed<T>, Failed>> {
  for (let restarts = 0; ; restarts++) {
    const listed = await listOnce(query, read, askPage);
    if (listed.ok || !listed.error.isExpired || restarts >= RESTARTS_MAX) return listed;
  }
}

async function listOnce<T>(
  query: ListQuery,
  read: ReadObject<T>,
  askPage: (path: string) => Promise<Result<unknown, Failed>>,
): Promise<Result<Listed<T>, Failed>> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const answer = await askPage(pathOfList(query, { limit: PAGE_SIZE, continue: token }));
    if (!answer.ok) return answer;
    const page = decodePage(answer.value);
    if (page === undefined) return fail(notAnApi("the answer is no list"));
    for (const value of page.items) {
      const kept = keep(value, query, read);
      if (!kept.ok) return kept;
      if (kept.value !== undefined) items.push(kept.value);
    }
    if (page.continueToken === undefined) return ok({ items, resourceVersion: page.resourceVersion });
    token = page.continueToken;
  }
}

function keep<T>(value: unknown, { resource }: ListQuery, read: ReadObject<T>): Result<T | undefined, Failed> {
  const object: ApiObject | undefined = decodeObject(value, RESOURCES[resource]);
  return object === undefined ? fail(notAnApi("the answer lists what is no object")) : ok(read(object));
}

export function pathOfList(query: ListQuery, parameters: Parameters<typeof withQuery>[1]): string {
  const { labelSelector, fieldSelector } = query;
  return withQuery(pathOfCollection(query), { labelSelector, fieldSelector, ...parameters });
}
