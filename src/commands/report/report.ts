import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, type RunRecord } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { emptyVerdicts, foldVerdict, type VerdictSet } from "#domain/verdict/fold.ts";
import { VERDICT_SCHEMA } from "#domain/verdict/verdict.ts";
import { readLines, type StreamLine } from "#inputs/any-stream/read-lines.ts";
import { overviewOf } from "#present/text/overview.ts";
import { colourOf } from "../presenter.ts";
import { openDocumentOf, openVerdictDocumentOf } from "../reports/documents.ts";
import { tellProblems } from "../reports/reports.ts";
import { openStreams, type Streams } from "../reports/streams.ts";
import { type OpenDocument, writeDocuments } from "../reports/write-documents.ts";
import { readSources, type StreamKind } from "../streams/read-sources.ts";
import type { LarderContext, World } from "../world.ts";
import type { ReportFlags } from "./command.ts";
import { type ReportInputs, readReportInputs } from "./inputs.ts";

export async function report(this: LarderContext, flags: ReportFlags, ...further: string[]): Promise<void> {
  const { world } = this;
  const inputs = await readReportInputs(flags, further, world.files);
  const { stderr } = world.terminal;
  for (const warning of inputs.warnings) stderr.write(`warning: ${formatIssue(warning)}\n`);
  const { told, problems } = await readAndWrite(inputs, world);
  const output = flags.output ?? (inputs.request.targets.length === 0 ? "text" : undefined);
  if (output !== undefined) await show(output, told, world);
  const exitCode = tellProblems(problems, ExitCode.Done, stderr);
  this.exitCode = world.interrupted.aborted ? ExitCode.Interrupted : exitCode;
}

const anyStream: StreamKind<StreamLine> = { read: readLines, invalid: "EVENT_INVALID", what: "event or verdict" };

/** What the streams told: they are all of events, or all of verdicts. */
type Told = { readonly runs: readonly RunRecord[] } | { readonly verdicts: VerdictSet };

async function readAndWrite(
  { sources, request }: ReportInputs,
  world: World,
): Promise<{ told: Told; problems: readonly Issue[] }> {
  const { files } = world;
  // As a whole, since a stream may be written to the file that it is read from.
  const opened = await openStreams(request.targets, files, "replace");
  if (!opened.ok) throw new InputError(opened.error);
  const streams = opened.value;
  let told: Told;
  try {
    told = await read(sources, world, streams);
  } catch (error) {
    await streams.discard();
    throw error;
  }
  const problems = [...(await streams.close()), ...(await writeDocuments(request, openerOf(told), files))];
  return { told, problems };
}

/** @throws InputError also if there are both events and verdicts, of which no report can be made together */
async function read(
  sources: readonly string[],
  world: World,
  streams: Pick<Streams, "line" | "drained">,
): Promise<Told> {
  const runs = emptyRuns();
  const verdicts = emptyVerdicts();
  await readSources(anyStream, sources, world, {
    line(line) {
      if (line.schema === VERDICT_SCHEMA) foldVerdict(verdicts, line);
      else foldEvent(runs, line);
      streams.line(line);
    },
    drained: () => streams.drained(),
  });
  const all = listRuns(runs);
  if (verdicts.runs.size === 0) return { runs: all };
  if (all.length > 0) throw new InputError([mixedStreams]);
  return { verdicts };
}

const mixedStreams: Issue = {
  code: "OPTION_INVALID",
  at: { file: "--from" },
  problem: "some lines are events and some are verdicts",
  remedy: "report streams of events and streams of verdicts one after the other",
};

function openerOf(told: Told): OpenDocument {
  return "verdicts" in told ? openVerdictDocumentOf(told.verdicts) : openDocumentOf(told.runs);
}

async function show(output: "text" | "json", told: Told, world: World): Promise<void> {
  const { stdout } = world.terminal;
  const text = output === "json" ? await openerOf(told)("json", []) : await textOf(told, colourOf(world));
  for await (const piece of text) stdout.write(piece);
}

async function textOf(told: Told, colour: boolean): Promise<Iterable<string>> {
  if (!("verdicts" in told)) return overviewOf(told.runs, colour);
  const { verdictsText } = await import("#present/verdicts/text.ts");
  return verdictsText(told.verdicts, colour);
}
