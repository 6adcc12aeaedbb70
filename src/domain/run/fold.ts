/**
 * The fold of the event stream. It believes the events in the order in which they come, and it must make sense of less
 * than a whole stream: one that lost its beginning (runs and images appear when they are first named), one that was cut
 * (the last known state stays), one that is told twice (attempts and outcomes are replaced, not added).
 */
import type {
  ImageFinished,
  LarderEvent,
  NodeLeft,
  PullDelayed,
  PullFailed,
  PullStarted,
  PullSucceeded,
  RunStarted,
} from "./event.ts";
import {
  type AttemptRecord,
  ensureRun,
  type ImageRecord,
  type ImageState,
  type RunRecord,
  type Runs,
  type Standing,
  sharedNames,
  sharedText,
} from "./run-record.ts";

/** Where an event belongs, and when it happened. */
interface Context {
  readonly runs: Runs;
  readonly run: RunRecord;
  readonly atMs: number;
}

/**
 * Adds one event to `runs`, in place.
 * @returns the record of the run that the event belongs to
 */
export function foldEvent(runs: Runs, event: LarderEvent): RunRecord {
  const atMs = Date.parse(event.time);
  const run = ensureRun(runs, event, atMs);
  const context: Context = { runs, run, atMs };
  run.latestMs = atMs;
  switch (event.kind) {
    case "run-started":
      foldRunStarted(context, event);
      break;
    case "runtime-connected":
      run.runtime = { kind: "connected", socket: event.socket, name: event.runtime, version: event.runtimeVersion };
      break;
    case "runtime-waiting":
      run.runtime = { kind: "waiting", sockets: event.sockets, message: event.message };
      break;
    case "pull-started":
      foldPullStarted(context, event);
      break;
    case "pull-succeeded":
      foldPullSucceeded(context, event);
      break;
    case "pull-failed":
      foldPullFailed(context, event);
      break;
    case "pull-delayed":
      foldPullDelayed(context, event);
      break;
    case "image-finished":
      foldImageFinished(context, event);
      break;
    case "warning":
      run.warnings.push({ code: event.code, message: event.message });
      break;
    case "node-left":
      foldNodeLeft(run, event);
      break;
    case "run-finished":
      run.finish = { outcome: event.outcome, durationMs: event.durationMs };
      break;
  }
  return run;
}

function foldRunStarted(context: Context, event: RunStarted): void {
  const { run } = context;
  run.larder = event.larder;
  run.parallel = event.parallel;
  run.timeoutMs = event.timeoutMs;
  run.startedMs = context.atMs;
  // A node that left and came back begins anew.
  if (run.hasLeft) beginAnew(run);
  for (const { image, names } of event.images) setNames(context, ensureImage(context, image), names);
}

function foldPullStarted(context: Context, event: PullStarted): void {
  const image = ensureImage(context, event.image);
  const { attempt, timeoutMs } = event;
  const credential = sharedOrNull(context.runs, event.credential);
  // Key by key, here and below: spreading took most of the fold's time, and its objects half as much memory again.
  putAttempt(image, {
    attempt,
    credential,
    startedMs: context.atMs,
    durationMs: null,
    result: "running",
    class: null,
    permanent: false,
    message: null,
  });
  move(context.run, image, { kind: "pulling", sinceMs: context.atMs, attempt, credential, timeoutMs });
}

function foldPullSucceeded(context: Context, event: PullSucceeded): void {
  const image = ensureImage(context, event.image);
  endAttempt(context, image, event, { result: "succeeded", class: null, permanent: false, message: null });
  move(context.run, image, tried);
  setSize(context.run, image, event.sizeBytes);
}

function foldPullFailed(context: Context, event: PullFailed): void {
  const image = ensureImage(context, event.image);
  const { class: failureClass, permanent } = event;
  const message = sharedText(context.runs, event.message);
  endAttempt(context, image, event, { result: "failed", class: failureClass, permanent, message });
  move(context.run, image, tried);
}

function foldPullDelayed(context: Context, event: PullDelayed): void {
  const untilMs = context.atMs + event.delayMs;
  move(context.run, ensureImage(context, event.image), { kind: "delayed", untilMs, class: event.class });
}

function foldImageFinished(context: Context, event: ImageFinished): void {
  const image = ensureImage(context, event.image);
  setNames(context, image, event.names);
  move(context.run, image, {
    kind: "finished",
    outcome: event.outcome,
    attempts: event.attempts,
    durationMs: event.durationMs,
    class: event.class ?? null,
    message: sharedOrNull(context.runs, event.message),
    advice: sharedOrNull(context.runs, event.advice),
  });
  setSize(context.run, image, event.sizeBytes);
}

/** What nobody waits for any more is no part of the run, so that no report shows it as missing. */
function foldNodeLeft(run: RunRecord, event: NodeLeft): void {
  run.warnings.push({ code: "NODE_LEFT", message: event.message });
  run.hasLeft = true;
  for (const image of run.images.values()) if (image.state.kind !== "finished") forget(run, image);
}

function beginAnew(run: RunRecord): void {
  run.hasLeft = false;
  run.finish = null;
  for (const image of run.images.values()) forget(run, image);
}

function forget(run: RunRecord, image: ImageRecord): void {
  run.counts[standingOf(image.state)] -= 1;
  addBytes(run, image, -1);
  run.active.delete(image);
  run.images.delete(image.image);
}

const waiting: ImageState = { kind: "waiting" };
const tried: ImageState = { kind: "tried" };
const noAttempts: readonly AttemptRecord[] = [];

function ensureImage({ runs, run }: Context, name: string): ImageRecord {
  const known = run.images.get(name);
  if (known) return known;
  const image = sharedText(runs, name);
  const record: ImageRecord = {
    image,
    names: sharedNames(runs, [image]),
    state: waiting,
    attempts: noAttempts,
    sizeBytes: null,
  };
  run.images.set(image, record);
  run.counts.waiting += 1;
  return record;
}

function setNames({ runs }: Context, image: ImageRecord, names: readonly string[]): void {
  const same = names.length === image.names.length && names.every((name, index) => name === image.names[index]);
  if (!same) image.names = sharedNames(runs, names);
}

function sharedOrNull(runs: Runs, text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : sharedText(runs, text);
}

/** An end without its beginning still tells when it began. */
function endAttempt(
  { runs, atMs }: Context,
  image: ImageRecord,
  event: PullSucceeded | PullFailed,
  end: Pick<AttemptRecord, "result" | "class" | "permanent" | "message">,
): void {
  const { attempt, durationMs } = event;
  const begun = image.attempts.find((candidate) => candidate.attempt === attempt);
  const startedMs = begun?.startedMs ?? atMs - durationMs;
  const credential = sharedOrNull(runs, event.credential);
  const { result, class: failureClass, permanent, message } = end;
  putAttempt(image, { attempt, credential, startedMs, durationMs, result, class: failureClass, permanent, message });
}

/** Makes a new list: most images have one attempt, and an array that was pushed to keeps room for seventeen. */
function putAttempt(image: ImageRecord, attempt: AttemptRecord): void {
  const place = image.attempts.findLastIndex((candidate) => candidate.attempt === attempt.attempt);
  image.attempts = place === -1 ? [...image.attempts, attempt] : image.attempts.with(place, attempt);
}

/** The one place where an image changes its state, so that the counts and the active images agree with the states. */
function move(run: RunRecord, image: ImageRecord, next: ImageState): void {
  run.counts[standingOf(image.state)] -= 1;
  run.counts[standingOf(next)] += 1;
  addBytes(run, image, -1);
  image.state = next;
  addBytes(run, image, 1);
  if (next.kind === "finished") run.active.delete(image);
  else run.active.add(image);
}

function setSize(run: RunRecord, image: ImageRecord, sizeBytes: number | null): void {
  addBytes(run, image, -1);
  image.sizeBytes = sizeBytes ?? image.sizeBytes;
  addBytes(run, image, 1);
}

function addBytes(run: RunRecord, image: ImageRecord, sign: 1 | -1): void {
  const standing = standingOf(image.state);
  if (standing === "pulled" || standing === "present") run.bytes[standing] += sign * (image.sizeBytes ?? 0);
}

function standingOf(state: ImageState): Standing {
  return state.kind === "finished" ? state.outcome : state.kind;
}
