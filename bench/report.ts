/** What an experiment found, as a table and as targets that are met or missed. */
import { readFile, writeFile } from "node:fs/promises";
import type { Summary } from "./statistics.ts";

export interface Finding {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly targets: readonly Target[];
}

export interface Target {
  readonly what: string;
  readonly met: boolean;
}

/** @param digits of what is shown, not of what is compared */
export function atMost(what: string, { median }: Summary, limit: number, digits = 2): Target {
  return { what: `${what} ${median.toFixed(digits)}, at most ${limit}`, met: median <= limit };
}

export function atLeast(what: string, { median }: Summary, limit: number, digits = 2): Target {
  return { what: `${what} ${median.toFixed(digits)}, at least ${limit}`, met: median >= limit };
}

/** `1.04 (0.98 to 1.10)` */
export function formatSummary(summary: Summary, digits: number): string {
  const [median, min, max] = [summary.median, summary.min, summary.max].map((value) => value.toFixed(digits));
  return `${median} (${min} to ${max})`;
}

export function formatFinding({ columns, rows, targets }: Finding): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const table = [line(columns), line(columns.map(() => "---")), ...rows.map(line)];
  return [table.join("\n"), targets.map(({ what, met }) => `- ${met ? "met" : "**missed**"}: ${what}`).join("\n")]
    .filter((part) => part !== "")
    .join("\n\n");
}

/**
 * Puts a text between the two comments `<!-- NAME -->` and `<!-- /NAME -->` of a document.
 * @throws if the document has no such place
 */
export async function replaceSection(file: string | URL, name: string, text: string): Promise<void> {
  const document = await readFile(file, "utf8");
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the document has no section ${name}`);
  const after = from + start.length;
  await writeFile(file, `${document.slice(0, after)}\n\n${text}\n\n${document.slice(to)}`);
}
