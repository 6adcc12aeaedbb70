import { REMOVAL_OUTCOMES, type Removal, type RemovalOutcome } from "#domain/removing/removal.ts";
import type { Result } from "#domain/result.ts";
import { formatCount } from "../wording/count.ts";
import { firstNames } from "../wording/names.ts";
import { printable } from "../wording/printable.ts";

export interface PurgedFacts {
  readonly answers: ReadonlyMap<string, Result<readonly Removal[], string>>;
  readonly silent: ReadonlyMap<string, string>;
}

const NAMED_MAX = 5;

const words: Readonly<Record<RemovalOutcome, string>> = {
  removed: "removed",
  absent: "not there",
  "in-use": "in use, and left",
  failed: "not removed",
};

/**
 * What became of a Stock's images on its nodes, as lines for people.
 * @param kept how many stay because another Stock lists them
 */
export function purgedText({ answers, silent }: PurgedFacts, kept: number): string {
  const told = [...answers].flatMap(([node, answer]) =>
    answer.ok ? answer.value.map((removal) => ({ ...removal, node })) : [],
  );
  const lines = REMOVAL_OUTCOMES.flatMap((outcome) => {
    const mine = told.filter((one) => one.outcome === outcome);
    return mine.length === 0 ? [] : [outcomeLine(outcome, mine)];
  });
  const stopped = Array.from(answers, ([node, answer]) =>
    answer.ok ? [] : [`nothing removed on ${node}: ${answer.error}`],
  );
  const quiet = Array.from(silent, ([node, why]) => `no answer from ${node}: ${why}`);
  const others = kept === 0 ? [] : [`${formatCount(kept, "image")} kept for other Stocks`];
  return [...lines, ...stopped.flat(), ...quiet, ...others].map((line) => `  ${printable(line)}\n`).join("");
}

function outcomeLine(outcome: RemovalOutcome, told: readonly (Removal & { readonly node: string })[]): string {
  const images = [...new Set(told.map(({ image }) => image))];
  const nodes = [...new Set(told.map(({ node }) => node))];
  const counts = `${formatCount(images.length, "image")} on ${formatCount(nodes.length, "node")} ${words[outcome]}`;
  if (outcome === "removed" || outcome === "absent") return counts;
  const [first] = told.flatMap(({ message }) => message ?? []);
  const why = outcome === "failed" && first !== undefined ? `: ${first}` : "";
  return `${counts}: ${firstNames(images, NAMED_MAX)} on ${firstNames(nodes, NAMED_MAX)}${why}`;
}
