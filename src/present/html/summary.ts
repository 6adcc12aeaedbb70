import type { RunRecord } from "#domain/run/run-record.ts";
import { causesOf, countStocked } from "#domain/run/selectors.ts";
import { printable } from "../wording/printable.ts";
import { formatMoment } from "../wording/timestamp.ts";
import { escapeHtml } from "./escape.ts";
import { headlineOf, type Totals } from "./page/headline.ts";
import { formatNumber } from "./page/number.ts";

/** Rows of the table of causes: a summary is read at a glance. */
const CAUSES_MAX = 20;

export function totalsOf(runs: readonly RunRecord[]): Totals {
  return {
    images: runs.reduce((total, run) => total + run.images.size, 0),
    stocked: runs.reduce((total, run) => total + countStocked(run), 0),
    nodes: [...new Set(runs.map(({ node }) => node))],
  };
}

/** What a reader without scripts sees, and everybody until the page has opened its data. */
export function summaryHtml(runs: readonly RunRecord[]): string {
  const totals = totalsOf(runs);
  const [first] = runs;
  const started = first ? `<p>Started ${formatMoment(first.startedMs)}.</p>\n` : "";
  return `<main class="summary">
<h1>${escapeHtml(printable(headlineOf(totals)))}</h1>
${started}${causesHtml(runs)}<noscript><p>The timeline, the images and the search need JavaScript, which this reader does not run: download the file and open it in a browser.</p></noscript>
</main>
`;
}

function causesHtml(runs: readonly RunRecord[]): string {
  const counts = new Map<string, number>();
  for (const { cause, images } of runs.flatMap(causesOf)) counts.set(cause, (counts.get(cause) ?? 0) + images.length);
  if (counts.size === 0) return "";
  const rows = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, CAUSES_MAX)
    .map(([cause, count]) => `<tr><td>${escapeHtml(cause)}</td><td>${formatNumber(count)}</td></tr>\n`);
  return `<table>
<caption>Why images are not there</caption>
<thead><tr><th scope="col">Cause</th><th scope="col">Images</th></tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
`;
}
