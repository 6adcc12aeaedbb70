/**
 * List, then watch from the list's version on (Kubernetes API concepts, "Efficient detection of changes"). A watch always ends: the
 * server closes it in time, a connection breaks, a version expires. What was missed is asked for from the last known version, and only
 * where that is known no more everything is listed anew.
 */
import { RESOURCES } from "#domain/cluster/resource.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { ApiAnswer, Change, ListQuery, ReadObject } from "#ports/kubernetes.ts";
import { decodeWatchEvent, type WatchEvent } from "#wire/kubernetes/watch-event.ts";
import { type Asking, askList, askStream, bodyFailure } from "./ask.ts";
import { apiFailure, type Failed, notAnApi } from "./failed.ts";
import { linesOf } from "./lines.ts";
import { listPages, pathOfList } from "./list.ts";
import { type Gap, openGap, type Patience } from "./patience.ts";
import { untilSilent } from "./silence.ts";

export interface WatchPorts {
  readonly asking: Asking;
  readonly patience: Patience;
  /** A connection that brings nothing for so long is dead: the server sends a bookmark about every minute. */
  readonly silenceMs: number;
}

/** When the server ends a watch, in seconds: late enough to cost nothing, and before load balancers that allow five minutes. */
const SERVER_TIMEOUT_S = 240;
/** A watch that ends sooner and brought nothing is not simply opened again at once. */
const SHORT_MS = 1_000;

export async function watchChanges<T>(
  query: ListQuery,
  read: ReadObject<T>,
  take: (change: Change<T>) => void,
  ports: WatchPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  const action = actionOf(query);
  const state: WatchState<T> = { query, read, take, action, ports, version: undefined, gap: undefined, isTold: false };
  for (let wasListed = false; !signal.aborted; ) {
    const step: Result<void, Broken> =
      state.version === undefined ? await list(state, signal) : await follow(state, state.version, signal);
    wasListed ||= step.ok;
    if (step.ok || signal.aborted) continue;
    const { error } = step;
    if (error.isExpired) state.version = undefined;
    else if (!(await outlive(error, state, wasListed, signal))) return apiFailure(action, error);
  }
  return ok(undefined);
}

interface WatchState<T> {
  readonly query: ListQuery;
  readonly read: ReadObject<T>;
  readonly take: (change: Change<T>) => void;
  readonly action: string;
  readonly ports: WatchPorts;
  /** All changes up to it are known; undefined: all must be listed. */
  version: string | undefined;
  /** Failures in a row. */
  gap: { readonly gap: Gap; readonly isLasting: boolean } | undefined;
  /** Whether the gap was told. */
  isTold: boolean;
}

async function list<T>(state: WatchState<T>, signal: AbortSignal): Promise<Result<void, Failed>> {
  const { query, read, take, action, ports } = state;
  const listed = await listPages(query, read, (path, taker) =>
    askList({ method: "GET", path, action }, taker, ports.asking, signal),
  );
  if (!listed.ok) return listed;
  if (signal.aborted) return ok(undefined);
  endGap(state);
  state.version = listed.value.resourceVersion;
  take({ kind: "listed", items: listed.value.items });
  return ok(undefined);
}

/** @returns when the watch has ended; its next one goes on from there */
async function follow<T>(state: WatchState<T>, version: string, signal: AbortSignal): Promise<Result<void, Broken>> {
  const { query, action, ports } = state;
  const { clock } = ports.asking;
  const parameters = {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: version,
    timeoutSeconds: SERVER_TIMEOUT_S,
  };
  const opened = await askStream({ method: "GET", path: pathOfList(query, parameters), action }, ports.asking, signal);
  if (!opened.ok) return opened;
  const openedAt = clock.monotonic();
  let events = 0;
  let failed: Failed | undefined;
  // An error that `read` or `take` throws is a mistake in here, and goes on to the caller.
  const broken = await eachLine(untilSilent(opened.value, ports.silenceMs, clock), (line) => {
    if (signal.aborted) return false;
    const event = decodeWatchEvent(line, RESOURCES[query.resource]);
    if (event !== undefined && event.kind !== "error") {
      endGap(state);
      events++;
      note(event, state);
      return true;
    }
    failed =
      event === undefined ? { ...notAnApi("the watch brings what is no event"), again: "may-help" } : failedOf(event);
    return false;
  });
  if (failed !== undefined) return fail(failed);
  if (events > 0 || clock.monotonic() - openedAt >= SHORT_MS) {
    endGap(state);
    return ok(undefined);
  }
  const failure = bodyFailure(broken ?? new Error("it ends every watch at once"), signal);
  return fail({ ...failure, wasOpen: true });
}

/** `wasOpen`: the server is there, and the next watch may well work; so it is waited for without a word. */
type Broken = Failed & { readonly wasOpen?: boolean };

function note<T>(event: Exclude<WatchEvent, { kind: "error" }>, state: WatchState<T>): void {
  state.version = event.resourceVersion ?? state.version;
  if (event.kind === "bookmark") return;
  const item = state.read(event.object);
  if (item !== undefined) state.take({ kind: event.kind, item });
}

/** @returns why the lines ended before their end; undefined: they did not */
async function eachLine(chunks: AsyncIterable<unknown>, take: (line: string) => boolean): Promise<unknown> {
  const lines = linesOf(chunks);
  for (;;) {
    let next: IteratorResult<string>;
    try {
      next = await lines.next();
    } catch (error) {
      return error;
    }
    if (next.done) return undefined;
    let isMore = false;
    try {
      isMore = take(next.value);
    } finally {
      if (!isMore) await lines.return(undefined);
    }
    if (!isMore) return undefined;
  }
}

function failedOf({ refusal }: Extract<WatchEvent, { kind: "error" }>): Failed {
  const { kind, message, isExpired, retryAfterMs } = refusal;
  return { kind, message, isExpired, again: "may-help", ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Waits for the next try. @returns false: it can never work */
async function outlive<T>(
  failed: Broken,
  state: WatchState<T>,
  wasListed: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const isRefused = ["forbidden", "unauthorized", "not-found", "invalid", "aborted"].includes(failed.kind);
  // Servers that have just started refuse what they will allow in a moment, but not for ever.
  if (isRefused && !wasListed) return false;
  if (state.gap?.isLasting !== !isRefused) {
    const { patience } = state.ports;
    state.gap = {
      gap: openGap(patience, isRefused ? patience.patienceMs : Number.POSITIVE_INFINITY),
      isLasting: !isRefused,
    };
  }
  const isToTell = !state.isTold && failed.wasOpen !== true;
  state.isTold ||= isToTell;
  if (isToTell) state.take({ kind: "interrupted", failure: apiFailure(state.action, failed).error });
  return (await state.gap.gap.waitAfter(failed, signal)) || signal.aborted;
}

function endGap<T>(state: WatchState<T>): void {
  state.gap = undefined;
  state.isTold = false;
}

function actionOf({ resource, namespace }: ListQuery): string {
  return namespace === undefined ? `watch ${resource}` : `watch ${resource} in ${namespace}`;
}
