/**
 * The fold of the event stream. It believes the events in the order in which they come, and it must make sense of less
 * than a whole stream: one that lost its beginning (runs and images appear when they are first named), one that was cut
 * (the last known state stays), one that is told twice (attempts and outcomes are replaced, not added).
 */
import type {
  ImageFinished,
  LarderEvent,
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
} from "./run-record.ts";

const waiting: ImageState = { kind: "waiting" };
const tried: ImageState = { kind: "tried" };

/**
 * Adds one event to `runs`, in place.
 * @returns the record of the run that the event belongs to
 */
export function foldEvent(runs: Runs, event: LarderEvent): RunRecord {
  const atMs = Date.parse(event.time);
  const run = ensureRun(runs, event, atMs);
  run.latestMs = atMs;
  switch (event.kind) {
    case "run-started":
      foldRunStarted(run, event, atMs);
      break;
    case "runtime-connected":
      run.runtime = { kind: "connected", socket: event.socket, name: event.runtime, version: event.runtimeVersion };
      break;
    case "runtime-waiting":
      run.runtime = { kind: "waiting", sockets: event.sockets, message: event.message };
      break;
    case "pull-started":
      foldPullStarted(run, event, atMs);
      break;
    case "pull-succeeded":
      foldPullSucceeded(run, event, atMs);
      break;
    case "pull-failed":
      foldPullFailed(run, event, atMs);
      break;
    case "pull-delayed":
      foldPullDelayed(run, event, atMs);
      break;
    case "image-finished":
      foldImageFinished(run, event);
      break;
    case "warning":
      run.warnings.push({ code: event.code, message: event.message });
      break;
    case "run-finished":
      run.finish = { outcome: event.outcome, durationMs: event.durationMs };
      break;
  }
  return run;
}

function foldRunStarted(run: RunRecord, event: RunStarted, atMs: number): void {
  run.larder = event.larder;
  run.parallel = event.parallel;
  run.timeoutMs = event.timeoutMs;
  run.startedMs = atMs;
  for (const { image, names } of event.images) ensureImage(run, image).names = names;
}

function foldPullStarted(run: RunRecord, event: PullStarted, atMs: number): void {
  const image = ensureImage(run, event.image);
  const { attempt, credential, timeoutMs } = event;
  putAttempt(image, { ...unfinishedAttempt, attempt, credential, startedMs: atMs });
  move(run, image, { kind: "pulling", sinceMs: atMs, attempt, credential, timeoutMs });
}

function foldPullSucceeded(run: RunRecord, event: PullSucceeded, atMs: number): void {
  const image = ensureImage(run, event.image);
  endAttempt(image, event, atMs, { result: "succeeded", class: null, permanent: false, message: null });
  move(run, image, tried);
  setSize(run, image, event.sizeBytes);
}

function foldPullFailed(run: RunRecord, event: PullFailed, atMs: number): void {
  const image = ensureImage(run, event.image);
  endAttempt(image, event, atMs, {
    result: "failed",
    class: event.class,
    permanent: event.permanent,
    message: event.message,
  });
  move(run, image, tried);
}

function foldPullDelayed(run: RunRecord, event: PullDelayed, atMs: number): void {
  move(run, ensureImage(run, event.image), { kind: "delayed", untilMs: atMs + event.delayMs, class: event.class });
}

function foldImageFinished(run: RunRecord, event: ImageFinished): void {
  const image = ensureImage(run, event.image);
  image.names = event.names;
  move(run, image, {
    kind: "finished",
    outcome: event.outcome,
    attempts: event.attempts,
    durationMs: event.durationMs,
    class: event.class ?? null,
    message: event.message ?? null,
    advice: event.advice ?? null,
  });
  setSize(run, image, event.sizeBytes);
}

function ensureImage(run: RunRecord, image: string): ImageRecord {
  const known = run.images.get(image);
  if (known) return known;
  const record: ImageRecord = { image, names: [image], state: waiting, attempts: [], sizeBytes: null };
  run.images.set(image, record);
  run.counts.waiting += 1;
  return record;
}

const unfinishedAttempt = {
  durationMs: null,
  result: "running",
  class: null,
  permanent: false,
  message: null,
} as const;

/** An end without its beginning still tells when it began. */
function endAttempt(
  image: ImageRecord,
  event: PullSucceeded | PullFailed,
  atMs: number,
  end: Pick<AttemptRecord, "result" | "class" | "permanent" | "message">,
): void {
  const { attempt, credential, durationMs } = event;
  const begun = image.attempts.find((candidate) => candidate.attempt === attempt);
  const startedMs = begun?.startedMs ?? atMs - durationMs;
  putAttempt(image, { attempt, credential, startedMs, durationMs, ...end });
}

function putAttempt(image: ImageRecord, attempt: AttemptRecord): void {
  const place = image.attempts.findLastIndex((candidate) => candidate.attempt === attempt.attempt);
  if (place === -1) image.attempts.push(attempt);
  else image.attempts[place] = attempt;
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
