import type { Issue } from "#domain/issue.ts";
import type { ReportTarget } from "#domain/report/report-request.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import type { Files, TextFile, WayOfWriting } from "#ports/files.ts";
import { formatStreamLine } from "#present/ndjson/presenter.ts";
import { unwritable } from "./read-request.ts";

/** The ndjson reports, which are written while events or verdicts come. */
export interface Streams {
  /** Never waits and never throws. */
  line(line: LarderEvent | VerdictLine): void;
  /** Resolves when there is room for more. */
  drained(): Promise<void>;
  /** Closes all; gives why one could not be written, for each. */
  close(): Promise<readonly Issue[]>;
  /** Closes all without an end, as if they had not been opened. */
  discard(): Promise<void>;
}

/** The error: why a stream cannot be opened, for each; then none is. */
export async function openStreams(
  targets: readonly ReportTarget[],
  files: Pick<Files, "openText">,
  way: WayOfWriting,
): Promise<Result<Streams, readonly Issue[]>> {
  const opened: { readonly target: ReportTarget; readonly file: TextFile }[] = [];
  const issues: Issue[] = [];
  for (const target of targets.filter(({ format }) => format === "ndjson")) {
    const file = await files.openText(target.path, way);
    if (file.ok) opened.push({ target, file: file.value });
    else issues.push(unwritable(target, file.error));
  }
  const streams = streamsOf(opened);
  if (issues.length === 0) return ok(streams);
  await streams.discard();
  return fail(issues);
}

function streamsOf(opened: readonly { readonly target: ReportTarget; readonly file: TextFile }[]): Streams {
  return {
    line(line) {
      if (opened.length === 0) return;
      const text = `${formatStreamLine(line)}\n`;
      for (const { file } of opened) file.write(text);
    },
    async drained() {
      for (const { file } of opened) await file.drained();
    },
    async close() {
      const issues: Issue[] = [];
      for (const { target, file } of opened) {
        const closed = await file.close();
        if (!closed.ok) issues.push(unwritable(target, closed.error));
      }
      return issues;
    },
    async discard() {
      for (const { file } of opened) await file.discard();
    },
  };
}
