import type { RunFinished } from "#domain/run/event.ts";
import type { RunRecord } from "#domain/run/run-record.ts";
import { causesOf, countStocked, durationOfRun } from "#domain/run/selectors.ts";
import type { Line } from "../text/line.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";

/**
 * `worker-1: 20 of 20 images, 12.3 s`. Undefined at the deadline and after an interruption: these end all nodes at the same
 * moment, and the summary follows at once.
 */
export function lineOfNode({ outcome }: RunFinished, run: RunRecord): Line | undefined {
  if (outcome === "deadline" || outcome === "interrupted") return undefined;
  const images = `${countStocked(run)} of ${formatCount(run.images.size, "image")}`;
  const causes = causesOf(run).map(({ cause, images: some }) => `${some.length} ${printable(cause)}`);
  const told = [images, ...causes, formatDuration(durationOfRun(run))];
  return { word: outcome, text: `${printable(run.node)}: ${told.join(", ")}` };
}
