import type { Issue } from "#domain/issue.ts";
import type { ReportRequest, ReportTarget } from "#domain/report/report-request.ts";
import type { Result } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";
import type { DocumentFormat } from "#present/reports/document.ts";
import { unwritable } from "./read-request.ts";

/** Loads a report and gives its text piece by piece; `columns` are the free ones of the CSV report. */
export type OpenDocument = (
  format: DocumentFormat,
  columns: ReportRequest["columns"],
) => Promise<Iterable<string> | AsyncIterable<string>>;

interface DocumentTarget extends ReportTarget {
  readonly format: DocumentFormat;
}

/**
 * Writes every report that is made at the end, each as a whole or not at all, one after the other, since each may take as
 * much memory as all the others together.
 * @returns why one could not be written, for each
 */
export async function writeDocuments(
  { targets, columns }: ReportRequest,
  open: OpenDocument,
  files: Pick<Files, "openText">,
): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  for (const target of targets.filter(isDocument)) {
    const written = await writeDocument(target, columns, open, files);
    if (!written.ok) issues.push(unwritable(target, written.error));
  }
  return issues;
}

export function isDocument(target: ReportTarget): target is DocumentTarget {
  return target.format !== "ndjson";
}

async function writeDocument(
  { format, path }: DocumentTarget,
  columns: ReportRequest["columns"],
  open: OpenDocument,
  files: Pick<Files, "openText">,
): Promise<Result<void, string>> {
  const document = await open(format, columns);
  const opened = await files.openText(path, "replace");
  if (!opened.ok) return opened;
  const file = opened.value;
  try {
    for await (const text of document) {
      file.write(text);
      await file.drained();
    }
  } catch (error) {
    await file.discard();
    throw error;
  }
  return file.close();
}
