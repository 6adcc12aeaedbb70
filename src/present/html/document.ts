/**
 * The HTML report: one file that needs nothing else. It holds a short summary as plain HTML (for readers that run no
 * scripts, as Jenkins makes of a published page), the data of all runs, and a small program (`app`) that shows them.
 *
 * The page may load nothing from anywhere, and runs no script and no style but its own: the policy names them by their
 * hashes. Data come as base64, in which no tag can be closed.
 */

import { createHash } from "node:crypto";
import { script, style } from "virtual:html-app";
import type { RunRecord } from "#domain/run/run-record.ts";
import { deflated } from "./deflated.ts";
import { escapeHtml } from "./escape.ts";
import { headlineOf } from "./page/headline.ts";
import { pageDataText } from "./page-data-text.ts";
import { summaryHtml, totalsOf } from "./summary.ts";

const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** A jar, as the icon of the tab. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%232f6b4f' d='M4 1h8v2H4zM3 4h10v11H3z'/%3E%3C/svg%3E";

export async function* htmlDocument(runs: readonly RunRecord[]): AsyncGenerator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`Larder: ${headlineOf(totalsOf(runs))}`)}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<div id="page">
${summaryHtml(runs)}</div>
<script type="application/octet-stream" id="data">`;
  yield* deflated(pageDataText(runs));
  yield `</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
