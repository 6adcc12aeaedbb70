import type { JSX } from "preact";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import type { Bar } from "../page/timeline.ts";
import { type PageData, RESULTS, type RunData, UNKNOWN } from "../page-data.ts";

interface AttemptsProps {
  readonly data: PageData;
  readonly run: RunData;
  readonly bars: readonly Bar[];
}

/** Each attempt in words: with which credential, when, how it ended, and what the runtime said. */
export function Attempts({ data, run, bars }: AttemptsProps): JSX.Element {
  return (
    <ol class="attempts">
      {bars.map(({ attempt }) => (
        <li key={attempt}>
          {sentenceOf(data, run, attempt)}
          <Message text={data.texts[run.attempts.message[attempt] ?? UNKNOWN]} />
        </li>
      ))}
    </ol>
  );
}

function Message({ text }: { readonly text: string | undefined }): JSX.Element | null {
  return text ? <blockquote>{printable(text)}</blockquote> : null;
}

function sentenceOf({ texts }: PageData, { attempts }: RunData, index: number): string {
  const credential = texts[attempts.credential[index] ?? UNKNOWN];
  const how = credential === undefined ? "without credential" : `with ${printable(credential)}`;
  const start = formatDuration(attempts.startMs[index] ?? 0);
  return `attempt ${attempts.attempt[index]} ${how}, at ${start}: ${endOf(attempts, index)}`;
}

function endOf({ result, durationMs, class: classes }: RunData["attempts"], index: number): string {
  const after = formatDuration(durationMs[index] ?? 0);
  switch (RESULTS[result[index] ?? UNKNOWN]) {
    case "succeeded":
      return `pulled in ${after}`;
    case "failed":
      return `${FAILURE_CLASSES[classes[index] ?? UNKNOWN] ?? "failed"} after ${after}`;
    default:
      return "not finished";
  }
}
