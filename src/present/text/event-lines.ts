import type {
  ImageFinished,
  LarderEvent,
  PullDelayed,
  PullStarted,
  RunStarted,
  RuntimeWaiting,
} from "#domain/run/event.ts";
import type { ImageRecord, RunRecord } from "#domain/run/run-record.ts";
import { lastFailure } from "#domain/run/selectors.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable, quoted } from "../wording/printable.ts";
import { formatSize } from "../wording/size.ts";
import type { Line } from "./line.ts";

/**
 * What a person is told of an event: mostly one line, nothing where the next event says it better (a failed attempt is
 * told with its delay, with the end of its image, or when the next credential is tried).
 * @param before the run as it was before this event; undefined for the first one
 */
export function linesOfEvent(event: LarderEvent, before: RunRecord | undefined): readonly Line[] {
  switch (event.kind) {
    case "run-started":
      return [{ word: "started", text: runStarted(event, event.node) }];
    case "runtime-connected":
      return [{ word: "runtime", text: printable(`${event.runtime} ${event.runtimeVersion} at ${event.socket}`) }];
    case "runtime-waiting":
      return runtimeWaiting(event, before);
    case "pull-started":
      return [...triedBefore(before?.images.get(event.image)), { word: "pulling", text: pullStarted(event) }];
    case "pull-delayed":
      return [{ word: "delayed", text: pullDelayed(event, before?.images.get(event.image)) }];
    case "image-finished":
      return [{ word: event.outcome, text: imageFinished(event) }];
    case "warning":
      return [{ word: "warning", text: `${printable(event.message)} [${printable(event.code)}]` }];
    case "node-left":
      return [{ word: "warning", text: `${printable(event.node)}: ${printable(event.message)} [NODE_LEFT]` }];
    case "pull-succeeded":
    case "pull-failed":
    case "run-finished":
      return [];
  }
}

function runStarted(event: RunStarted, node: string): string {
  const images = formatCount(event.images.length, "image");
  const pulls = event.parallel === null ? undefined : formatCount(event.parallel, "pull");
  const pace = pulls === undefined ? "pulled by the kubelet" : `at most ${pulls} at a time per registry`;
  const limits = `${pace}, ${formatDuration(event.timeoutMs)} for all`;
  return `larder ${printable(event.larder)} on ${printable(node)}: ${images}, ${limits}`;
}

/** A runtime that is still away for the same reason is no news. */
function runtimeWaiting(event: RuntimeWaiting, before: RunRecord | undefined): readonly Line[] {
  const sockets = event.sockets.map(printable).join(", ");
  const known = before?.runtime;
  const isNews =
    known?.kind !== "waiting" || known.message !== event.message || known.sockets.join() !== event.sockets.join();
  const text = `no container runtime answers at ${sockets}: ${printable(event.message)}`;
  return isNews ? [{ word: "waiting", text }] : [];
}

function pullStarted(event: PullStarted): string {
  return `${printable(event.image)}${details([
    event.attempt > 1 && `attempt ${event.attempt}`,
    event.credential !== null && `with ${printable(event.credential)}`,
  ])}`;
}

/** The attempt before this one failed, and the next credential follows at once: nothing else will tell of it. */
function triedBefore(image: ImageRecord | undefined): readonly Line[] {
  const failure = image && lastFailure(image);
  if (image?.state.kind !== "tried" || !failure) return [];
  const { attempt, credential, durationMs, message } = failure;
  const how = details([
    failure.class ?? "unknown",
    `attempt ${attempt}`,
    credential === null ? "without credential" : `with ${printable(credential)}`,
    formatDuration(durationMs ?? 0),
  ]);
  return [{ word: "tried", text: `${printable(image.image)}${how}${said(message)}` }];
}

function pullDelayed(event: PullDelayed, image: ImageRecord | undefined): string {
  const failure = image && lastFailure(image);
  const next = failure ? `attempt ${failure.attempt + 1}` : "next attempt";
  const how = details([event.class, `${next} in ${formatDuration(event.delayMs)}`]);
  return `${printable(event.image)}${how}${said(failure?.message)}`;
}

function imageFinished(event: ImageFinished): string {
  const { outcome, attempts, durationMs, sizeBytes, message, advice } = event;
  const isGood = outcome === "pulled" || outcome === "present";
  const how = details([
    !isGood && event.class,
    sizeBytes !== null && formatSize(sizeBytes),
    (attempts > 1 || !isGood) && formatCount(attempts, "attempt"),
    outcome !== "present" && formatDuration(durationMs),
  ]);
  const otherNames = event.names.filter((name) => name !== event.image).map(printable);
  const also = otherNames.length > 0 ? `, also listed as ${otherNames.join(", ")}` : "";
  const why = isGood ? "" : `${said(message)}${advice === undefined ? "" : `. ${printable(advice)}`}`;
  return `${printable(event.image)}${how}${also}${why}`;
}

function details(parts: readonly (string | false | undefined)[]): string {
  const known = parts.filter((part) => part !== false && part !== undefined);
  return known.length > 0 ? ` (${known.join(", ")})` : "";
}

/** The runtime's own words. */
function said(message: string | null | undefined): string {
  return message === null || message === undefined || message === "" ? "" : `: ${quoted(message)}`;
}
