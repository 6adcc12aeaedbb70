/** Where the verdicts of a run go: standard output, and the reports. */
import { InputError, type Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import { emptyVerdicts, foldVerdict } from "#domain/verdict/fold.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import type { VerdictPresenter } from "#present/presenter.ts";
import { verdictJsonPresenter, verdictNdjsonPresenter, verdictTextPresenter } from "#present/verdicts/presenters.ts";
import { colourOf } from "../presenter.ts";
import { openVerdictDocumentOf } from "../reports/documents.ts";
import { openStreams } from "../reports/streams.ts";
import { isDocument, writeDocuments } from "../reports/write-documents.ts";
import type { World } from "../world.ts";
import type { VerifyFlags } from "./command.ts";

export interface VerdictOutput {
  readonly verdict: (line: VerdictLine) => void;
  /** To be called once, on every path. @returns why a report could not be written, for each */
  finish(): Promise<readonly Issue[]>;
}

export interface ShownAs {
  readonly output: VerifyFlags["output"];
  /** Shows changes instead of all; absent: all. */
  readonly since: VerdictPresenter | undefined;
}

/** @throws InputError if the file of a verdict stream cannot be opened */
export async function openVerdictOutput(
  request: ReportRequest,
  { output, since }: ShownAs,
  world: World,
): Promise<VerdictOutput> {
  const opened = await openStreams(request.targets, world.files, "stream");
  if (!opened.ok) throw new InputError(opened.error);
  const streams = opened.value;
  const presenter = since ?? presenterOf(output, world);
  const set = request.targets.some(isDocument) ? emptyVerdicts() : undefined;
  let isStarted = false;
  return {
    verdict(line) {
      isStarted = true;
      presenter.verdict(line);
      streams.line(line);
      if (set) foldVerdict(set, line);
    },
    async finish() {
      // What ended before it began is told by its error alone.
      if (isStarted) presenter.end();
      const problems = await streams.close();
      return [...problems, ...(set ? await writeDocuments(request, openVerdictDocumentOf(set), world.files) : [])];
    },
  };
}

function presenterOf(output: VerifyFlags["output"], world: World): VerdictPresenter {
  const { stdout } = world.terminal;
  switch (output) {
    case "text":
      return verdictTextPresenter(stdout, { colour: colourOf(world) });
    case "json":
      return verdictJsonPresenter(stdout);
    case "ndjson":
      return verdictNdjsonPresenter(stdout);
  }
}
