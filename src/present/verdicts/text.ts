/**
 * Verdicts as text for people. What is served needs no line; what is not stands in groups, so that hundreds of nodes with the
 * same trouble take as many lines as one.
 */
import { countVerdicts, type ProvingRun, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import { type ImageWithSecret, type TroubleGroup, troubleGroups } from "#domain/verdict/groups.ts";
import type { ProvingOutcome, Verdict } from "#domain/verdict/verdict.ts";
import { formatLine, type Line } from "../text/line.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { named } from "../wording/named.ts";
import { printable, quoted } from "../wording/printable.ts";
import { durationOfProving } from "./json.ts";

/** Groups that have a line of their own, for each kind of trouble. */
const GROUPS_MAX = 50;

const provingOutcomeWords: Readonly<Record<ProvingOutcome | "unfinished", string>> = {
  proven: "proven",
  unproven: "not proven",
  deadline: "the deadline passed",
  unreachable: "the cluster could not be reached",
  interrupted: "interrupted",
  unfinished: "the stream ends before the run does",
};

/** All that a set of verdicts tells: warnings, trouble in groups, and the sum at the end. */
export function* verdictsText(set: VerdictSet, colour: boolean): Generator<string> {
  for (const line of linesOf(set)) yield `${formatLine(line, colour)}\n`;
}

/** Everything but the warnings, which a live run tells as they come. */
export function* verdictSummary(set: VerdictSet, colour: boolean): Generator<string> {
  for (const line of summaryLines(set)) yield `${formatLine(line, colour)}\n`;
}

function* linesOf(set: VerdictSet): Generator<Line> {
  for (const { warnings } of set.runs.values()) yield* warnings.map(warningLine);
  yield* summaryLines(set);
}

export function warningLine({ code, message }: { readonly code: string; readonly message: string }): Line {
  return { word: "warning", text: `${printable(message)} [${printable(code)}]` };
}

function* summaryLines(set: VerdictSet): Generator<Line> {
  if (set.runs.size === 0) {
    yield { word: "summary", text: "the stream holds no verdict" };
    return;
  }
  const verdicts = verdictsOf(set);
  yield* troubleLines(troubleGroups(verdicts));
  yield sumLine([...set.runs.values()], verdicts);
}

function* troubleLines(groups: readonly TroubleGroup[]): Generator<Line> {
  const told = new Map<string, number>();
  for (const group of groups) {
    const count = (told.get(group.trouble) ?? 0) + 1;
    told.set(group.trouble, count);
    if (count <= GROUPS_MAX) yield { word: group.trouble, text: groupText(group) };
  }
  for (const [trouble, count] of told) {
    const more = count - GROUPS_MAX;
    if (more > 0)
      yield { word: "summary", tone: "bad", text: `and ${more} more like this: ${trouble}; --output json has all` };
  }
}

function groupText({ images, nodes, reason, kubelet }: TroubleGroup): string {
  const what = named(images.map(imageText), "image");
  const where = named(nodes.map(printable), "node");
  return `${what} on ${where}: ${printable(reason)}${kubelet === null ? "" : `: ${quoted(kubelet)}`}`;
}

/** `quay.io/acme/app:1 with ci/quay` */
export function imageText({ image, secret }: ImageWithSecret): string {
  return printable(secret === null ? image : `${image} with ${secret}`);
}

/** The sum alone, as one line. */
export function verdictHeadline(set: VerdictSet): string {
  if (set.runs.size === 0) return "the stream holds no verdict";
  return sumLine([...set.runs.values()], verdictsOf(set)).text;
}

function sumLine(runs: readonly ProvingRun[], verdicts: readonly Verdict[]): Line {
  const counts = countVerdicts(verdicts);
  const images = new Set(verdicts.map(({ image }) => image)).size;
  const nodes = new Set([...runs.flatMap((run) => run.nodes), ...verdicts.map(({ node }) => node)]).size;
  const others = (["refused", "absent", "unknown", "unprotected"] as const)
    .filter((word) => counts[word] > 0)
    .map((word) => `${counts[word]} ${word}`)
    .join(", ");
  const sum = `${counts.served} of ${formatCount(verdicts.length, "verdict")} served`;
  const about = `${formatCount(images, "image")} on ${formatCount(nodes, "node")}`;
  return {
    word: "summary",
    tone: runs.every(({ finish }) => finish?.outcome === "proven") ? "good" : "bad",
    text: `${outcomeText(runs)}: ${sum}, ${about}${others && ` (${others})`}`,
  };
}

function outcomeText(runs: readonly ProvingRun[]): string {
  const [only] = runs;
  const proven = runs.filter(({ finish }) => finish?.outcome === "proven").length;
  if (!only || runs.length > 1) return `${proven} of ${formatCount(runs.length, "run")} proven`;
  return `${provingOutcomeWords[only.finish?.outcome ?? "unfinished"]} after ${formatDuration(durationOfProving(only))}`;
}
