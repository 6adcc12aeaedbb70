import type { AttemptRecord, ImageRecord } from "#domain/run/run-record.ts";
import { type KnownImageOutcome, lastFailure, outcomeOfImage } from "#domain/run/selectors.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { formatTimestamp } from "../wording/timestamp.ts";
import { formatSeconds } from "./time.ts";
import { xmlAttributes, xmlText } from "./xml.ts";

/** One image as a test case: its time, why it is not there, and its attempts as output. */
export function testCase(image: ImageRecord, classname: string): string {
  const { state } = image;
  const time = formatSeconds(state.kind === "finished" ? state.durationMs : timeOfAttempts(image));
  const open = `<testcase${xmlAttributes({ name: image.image, classname, time })}`;
  const inside = `${problemOf(image)}${outputOf(image)}`;
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}</testcase>\n`;
}

/** Why the case is in error, for outcomes that say nothing of the image itself. */
const reasons: Readonly<Record<Exclude<KnownImageOutcome, "pulled" | "present" | "failed">, string>> = {
  deadline: "not done when the deadline of the run passed",
  interrupted: "not done when the run was interrupted",
  halted: "not started, since the run had stopped starting pulls",
  unfinished: "the event stream ends before it says what became of the image",
};

interface Why {
  readonly class: string | null;
  readonly message: string | null;
  readonly advice: string | null;
}

function problemOf(image: ImageRecord): string {
  const outcome = outcomeOfImage(image);
  if (outcome === "pulled" || outcome === "present") return "";
  const why = whyNot(image);
  const said = why.message === null ? [] : [printable(why.message)];
  const body = xmlText([why.message, why.advice].filter((text) => text !== null && text !== "").join("\n\n"));
  if (outcome === "failed") {
    const type = why.class ?? "unknown";
    return `<failure${xmlAttributes({ type, message: [type, ...said].join(": ") })}>${body}</failure>\n`;
  }
  const message = [reasons[outcome], ...(why.class === null ? [] : [why.class]), ...said].join(": ");
  return `<error${xmlAttributes({ type: outcome, message })}>${body}</error>\n`;
}

/** The end of an image says why; where the stream was cut, its last failure does. */
function whyNot(image: ImageRecord): Why {
  const { state } = image;
  if (state.kind === "finished") return state;
  const failure = lastFailure(image);
  return { class: failure?.class ?? null, message: failure?.message ?? null, advice: null };
}

function timeOfAttempts(image: ImageRecord): number {
  return image.attempts.reduce((total, { durationMs }) => total + (durationMs ?? 0), 0);
}

function outputOf(image: ImageRecord): string {
  if (image.attempts.length === 0) return "";
  return `<system-out>${xmlText(image.attempts.map(lineOf).join("\n"))}</system-out>\n`;
}

function lineOf(attempt: AttemptRecord): string {
  const { credential } = attempt;
  const how = credential === null ? "without credential" : `with ${printable(credential)}`;
  return `${formatTimestamp(attempt.startedMs)} attempt ${attempt.attempt} ${how} ${endOf(attempt)}`;
}

function endOf({ result, durationMs, class: failureClass, message }: AttemptRecord): string {
  const after = formatDuration(durationMs ?? 0);
  switch (result) {
    case "succeeded":
      return `succeeded after ${after}`;
    case "failed":
      return `failed after ${after} (${failureClass ?? "unknown"}): ${printable(message ?? "")}`;
    case "running":
      return "is not finished";
  }
}
