import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import type { Files } from "#ports/files.ts";
import type { TextSink } from "#ports/terminal.ts";

/** The report files of a run. */
export interface Reports {
  /** Never waits and never throws: a report that fails must not stop a run. */
  event(event: LarderEvent): void;
  /**
   * The run is over, finished or not: writes the reports that are made at the end and closes all files. To be called
   * once, on every path.
   * @returns why a report could not be written, for each; the others are there
   */
  finish(): Promise<readonly Issue[]>;
}

const noReports: Reports = { event() {}, finish: async () => [] };

/**
 * Opens what is asked for. Without any report nothing is loaded and no event is kept.
 * @throws InputError if the file of the event stream cannot be opened
 */
export async function openReports(request: ReportRequest, files: Files): Promise<Reports> {
  if (request.targets.length === 0) return noReports;
  const { openReportFiles } = await import("./report-files.ts");
  const opened = await openReportFiles(request, files);
  if (!opened.ok) throw new InputError(opened.error);
  return opened.value;
}

/**
 * Says what could not be written, and what the command then ends with: it has not done its job if it could not write a
 * report that somebody waits for, but worse news stay.
 */
export function tellProblems(
  problems: readonly Issue[],
  exitCode: ExitCode,
  stderr: Pick<TextSink, "write">,
): ExitCode {
  for (const problem of problems) stderr.write(`warning: ${formatIssue(problem)}\n`);
  return problems.length > 0 && exitCode === ExitCode.Done ? ExitCode.Incomplete : exitCode;
}
