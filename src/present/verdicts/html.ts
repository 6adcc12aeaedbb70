/**
 * Verdicts as a page: one file that needs nothing else, loads nothing and runs nothing. Trouble stands first, in the same groups as
 * in the text, then every image with how many nodes serve it.
 */
import { createHash } from "node:crypto";
import { countVerdicts, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import { type ImageWithSecret, type TroubleGroup, troubleGroups } from "#domain/verdict/groups.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";
import { escapeHtml } from "../html/escape.ts";
import { named } from "../wording/named.ts";
import { imageText, verdictHeadline } from "./text.ts";

const style = `:root{color-scheme:light dark}
body{font:16px/1.45 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8886;overflow-wrap:anywhere}
td.number,th.number{text-align:right}
code{font-size:.9em}`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export function* verdictsHtml(set: VerdictSet): Generator<string> {
  const headline = escapeHtml(verdictHeadline(set));
  const verdicts = verdictsOf(set);
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Larder: ${headline}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${headline}</h1>
`;
  const groups = troubleGroups(verdicts);
  if (groups.length > 0) yield* table("What is not well", ["", "Images", "Nodes", "Why"], groups.map(troubleCells));
  if (verdicts.length > 0) yield* table("Images", imageColumns, Array.from(byImage(verdicts), imageCells));
  yield "</main>\n</body>\n</html>\n";
}

function* table(caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Generator<string> {
  yield `<table>\n<caption>${caption}</caption>\n<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>\n<tbody>\n`;
  for (const row of rows) yield `<tr>${row.map(cellHtml).join("")}</tr>\n`;
  yield "</tbody>\n</table>\n";
}

type Cell = string | number | { readonly summary: string; readonly all: readonly string[] };

function cellHtml(cell: Cell): string {
  if (typeof cell === "number") return `<td class="number">${cell}</td>`;
  if (typeof cell === "string") return `<td>${escapeHtml(cell)}</td>`;
  const { summary, all } = cell;
  const [only] = all;
  if (only !== undefined && all.length === 1) return `<td>${escapeHtml(only)}</td>`;
  return `<td><details><summary>${escapeHtml(summary)}</summary>${all.map(escapeHtml).join("<br>")}</details></td>`;
}

function troubleCells({ trouble, images, nodes, reason, kubelet }: TroubleGroup): readonly Cell[] {
  const names = images.map(imageText);
  const why = kubelet === null ? reason : `${reason}: ${kubelet}`;
  return [trouble, { summary: named(names, "image"), all: names }, { summary: named(nodes, "node"), all: nodes }, why];
}

const imageColumns = ["Image", "Served", "Refused", "Absent", "Unknown", "Unprotected"];

function byImage(verdicts: readonly Verdict[]): Iterable<readonly Verdict[]> {
  const images = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const key = keyOfImage(verdict);
    const known = images.get(key);
    if (known) known.push(verdict);
    else images.set(key, [verdict]);
  }
  return images.values();
}

function keyOfImage({ image, secret }: ImageWithSecret): string {
  return JSON.stringify([image, secret]);
}

function imageCells(verdicts: readonly Verdict[]): readonly Cell[] {
  const [first] = verdicts;
  const { served, refused, absent, unknown, unprotected } = countVerdicts(verdicts);
  return [first ? imageText(first) : "", served, refused, absent, unknown, unprotected];
}
