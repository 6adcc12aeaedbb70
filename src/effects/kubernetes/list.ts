import { RESOURCES } from "#domain/cluster/resource.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { ListQuery, ReadObject } from "#ports/kubernetes.ts";
import { decodeObject, decodePage, type Page } from "#wire/kubernetes/object.ts";
import { pathOfCollection, withQuery } from "#wire/kubernetes/paths.ts";
import type { ItemTaker } from "./ask.ts";
import { type Failed, notAnApi } from "./failed.ts";

/** As kubectl has it. A larger page may be longer than a request may last; items are let go one by one, whatever the size of the page is. */
const PAGE_SIZE = 500;
/** How often a list may begin again because its pages expire (after five minutes) before it is read. */
const RESTARTS_MAX = 3;

export interface Listed<T> {
  readonly items: readonly T[];
  /** All of it was so at this version. */
  readonly resourceVersion: string;
}

/** Asks for one page, and perhaps again. @returns what stands around the items */
export type AskPage = (path: string, taker: ItemTaker) => Promise<Result<unknown, Failed>>;

export async function listPages<T>(
  query: ListQuery,
  read: ReadObject<T>,
  askPage: AskPage,
): Promise<Result<Listed<T>, Failed>> {
  for (let restarts = 0; ; restarts++) {
    const listed = await listOnce(query, read, askPage);
    if (listed.ok || !listed.error.isExpired || restarts >= RESTARTS_MAX) return listed;
  }
}

async function listOnce<T>(
  query: ListQuery,
  read: ReadObject<T>,
  askPage: AskPage,
): Promise<Result<Listed<T>, Failed>> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await readPage(pathOfList(query, { limit: PAGE_SIZE, continue: token }), query, read, askPage);
    if (!page.ok) return page;
    const { kept, resourceVersion, continueToken } = page.value;
    for (const item of kept) items.push(item);
    if (continueToken === undefined) return ok({ items, resourceVersion });
    token = continueToken;
  }
}

interface KeptPage<T> extends Page {
  readonly kept: readonly T[];
}

/** A page that breaks off and is asked for again begins anew. */
async function readPage<T>(
  path: string,
  { resource }: ListQuery,
  read: ReadObject<T>,
  askPage: AskPage,
): Promise<Result<KeptPage<T>, Failed>> {
  let kept: T[] = [];
  let isOdd = false;
  const answer = await askPage(path, {
    begin: () => void (kept = []),
    item: (value) => {
      const object = decodeObject(value, RESOURCES[resource]);
      const item = object && read(object);
      if (item !== undefined) kept.push(item);
      isOdd ||= object === undefined;
    },
  });
  if (!answer.ok) return answer;
  const page = decodePage(answer.value);
  if (page === undefined) return fail(notAnApi("the answer is no list"));
  if (isOdd || page.hasOddItems) return fail(notAnApi("the answer lists what is no object"));
  return ok({ ...page, kept });
}

export function pathOfList(query: ListQuery, parameters: Parameters<typeof withQuery>[1]): string {
  const { labelSelector, fieldSelector } = query;
  return withQuery(pathOfCollection(query), { labelSelector, fieldSelector, ...parameters });
}
