import { REMOVAL_OUTCOMES, type Removal, type RemovalOutcome } from "#domain/removing/removal.ts";
import { formatCount } from "../wording/count.ts";
import { printable } from "../wording/printable.ts";

/** One line an image, for people. */
export function removalLine({ image, outcome, message }: Removal): string {
  return `${image}: ${printable(wordsOf(outcome, message))}\n`;
}

export function removalSummary(removals: readonly Removal[]): string {
  const counts = REMOVAL_OUTCOMES.map((outcome) => ({
    outcome,
    count: removals.filter((removal) => removal.outcome === outcome).length,
  })).filter(({ count }) => count > 0);
  const told = counts.map(({ outcome, count }) => `${count} ${outcome === "in-use" ? "in use" : outcome}`);
  return `${formatCount(removals.length, "image")}${told.length === 0 ? "" : `: ${told.join(", ")}`}\n`;
}

function wordsOf(outcome: RemovalOutcome, message: string | undefined): string {
  if (outcome === "failed") return `failed: ${message ?? "for no reason that was told"}`;
  return outcome === "in-use" ? (message ?? "in use by a container") : outcome;
}
