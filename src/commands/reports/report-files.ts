import type { Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import { ok, type Result } from "#domain/result.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { Files } from "#ports/files.ts";
import { openDocumentOf } from "./documents.ts";
import type { Reports } from "./reports.ts";
import { openStreams } from "./streams.ts";
import { isDocument, writeDocuments } from "./write-documents.ts";

/** The reports of a run that is still to come. The error: why an event stream cannot be opened, for each. */
export async function openReportFiles(
  request: ReportRequest,
  files: Files,
): Promise<Result<Reports, readonly Issue[]>> {
  const opened = await openStreams(request.targets, files, "stream");
  if (!opened.ok) return opened;
  const streams = opened.value;
  const runs = request.targets.some(isDocument) ? emptyRuns() : undefined;
  return ok({
    event(event) {
      streams.line(event);
      if (runs) foldEvent(runs, event);
    },
    async finish() {
      const problems = await streams.close();
      return [...problems, ...(runs ? await writeDocuments(request, openDocumentOf(listRuns(runs)), files) : [])];
    },
  });
}
