import { InputError, type Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import type { Files } from "#ports/files.ts";
import { readReportRequest } from "../reports/read-request.ts";
import { STANDARD_INPUT, unreadableStream } from "../streams/sources.ts";
import type { ReportFlags } from "./command.ts";

export interface ReportInputs {
  /** Files, or STANDARD_INPUT. */
  readonly sources: readonly string[];
  readonly request: ReportRequest;
  readonly warnings: readonly Issue[];
}

/**
 * Checks everything that `larder report` is told before anything is read or written.
 * @throws InputError with all that is wrong
 */
export async function readReportInputs(
  flags: ReportFlags,
  further: readonly string[],
  files: Files,
): Promise<ReportInputs> {
  const sources = [...(flags.from ?? []), ...further];
  const { request, issues, warnings } = await readReportRequest(flags, files);
  const all = [...checkSources(sources), ...(await checkFiles(sources, files)), ...issues];
  if (all.length > 0) throw new InputError(all);
  return { sources, request, warnings };
}

function checkSources(sources: readonly string[]): Issue[] {
  const option = (problem: string, remedy: string): Issue[] => [
    { code: "OPTION_INVALID", at: { file: "--from" }, problem, remedy },
  ];
  if (sources.length === 0) return option("no stream is named", "name one, or - for standard input");
  if (sources.filter((source) => source === STANDARD_INPUT).length > 1) {
    return option("standard input is named twice", "name it once: it can be read only once");
  }
  return [];
}

async function checkFiles(sources: readonly string[], files: Pick<Files, "checkReadable">): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const file of new Set(sources)) {
    if (file === STANDARD_INPUT) continue;
    const readable = await files.checkReadable(file);
    if (!readable.ok) issues.push(unreadableStream(file, readable.error));
  }
  return issues;
}
