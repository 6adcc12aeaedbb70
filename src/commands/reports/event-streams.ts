import type { Issue } from "#domain/issue.ts";
import type { ReportTarget } from "#domain/report/report-request.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import type { Files, TextFile, WayOfWriting } from "#ports/files.ts";
import { ndjsonPresenter } from "#present/ndjson/presenter.ts";
import { unwritable } from "./read-request.ts";

/** The ndjson reports, which are written while events come. */
export interface EventStreams {
  /** Never waits and never throws. */
  event(event: LarderEvent): void;
  /** Resolves when there is room for more. */
  drained(): Promise<void>;
  /** Closes all; gives why one could not be written, for each. */
  close(): Promise<readonly Issue[]>;
  /** Closes all without an end, as if they had not been opened. */
  discard(): Promise<void>;
}

/** The error: why a stream cannot be opened, for each; then none is. */
export async function openEventStreams(
  targets: readonly ReportTarget[],
  files: Pick<Files, "openText">,
  way: WayOfWriting,
): Promise<Result<EventStreams, readonly Issue[]>> {
  const opened: { readonly target: ReportTarget; readonly file: TextFile }[] = [];
  const issues: Issue[] = [];
  for (const target of targets.filter(({ format }) => format === "ndjson")) {
    const file = await files.openText(target.path, way);
    if (file.ok) opened.push({ target, file: file.value });
    else issues.push(unwritable(target, file.error));
  }
  const streams = eventStreams(opened);
  if (issues.length === 0) return ok(streams);
  await streams.discard();
  return fail(issues);
}

function eventStreams(opened: readonly { readonly target: ReportTarget; readonly file: TextFile }[]): EventStreams {
  const presenters = opened.map(({ file }) => ndjsonPresenter(file));
  return {
    event(event) {
      for (const presenter of presenters) presenter.event(event);
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
