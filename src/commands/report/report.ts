import { formatIssue, InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, type RunRecord } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { loadDocument } from "#present/reports/document.ts";
import { overviewOf } from "#present/text/overview.ts";
import { colourOf } from "../presenter.ts";
import { openEventStreams } from "../reports/event-streams.ts";
import { tellProblems } from "../reports/reports.ts";
import { writeDocuments } from "../reports/write-documents.ts";
import type { LarderContext, World } from "../world.ts";
import type { ReportFlags } from "./command.ts";
import { type ReportInputs, readReportInputs } from "./inputs.ts";
import { readSources } from "./read-sources.ts";

export async function report(this: LarderContext, flags: ReportFlags, ...further: string[]): Promise<void> {
  const { world } = this;
  const inputs = await readReportInputs(flags, further, world.files);
  const { stderr } = world.terminal;
  for (const warning of inputs.warnings) stderr.write(`warning: ${formatIssue(warning)}\n`);
  const { runs, problems } = await readAndWrite(inputs, world);
  const output = flags.output ?? (inputs.request.targets.length === 0 ? "text" : undefined);
  if (output !== undefined) await show(output, runs, world);
  const exitCode = tellProblems(problems, ExitCode.Done, stderr);
  this.exitCode = world.interrupted.aborted ? ExitCode.Interrupted : exitCode;
}

async function readAndWrite(
  { sources, request }: ReportInputs,
  world: World,
): Promise<{ runs: readonly RunRecord[]; problems: Awaited<ReturnType<typeof writeDocuments>> }> {
  const { files } = world;
  // As a whole, since a stream may be written to the file that it is read from.
  const opened = await openEventStreams(request.targets, files, "replace");
  if (!opened.ok) throw new InputError(opened.error);
  const streams = opened.value;
  const runs = emptyRuns();
  try {
    await readSources(sources, world, {
      event(event) {
        foldEvent(runs, event);
        streams.event(event);
      },
      drained: () => streams.drained(),
    });
  } catch (error) {
    await streams.discard();
    throw error;
  }
  const all = listRuns(runs);
  const problems = [...(await streams.close()), ...(await writeDocuments(request, all, files))];
  return { runs: all, problems };
}

async function show(output: "text" | "json", runs: readonly RunRecord[], world: World): Promise<void> {
  const { stdout } = world.terminal;
  const document = output === "json" ? await loadDocument("json") : undefined;
  const text = document ? document(runs) : overviewOf(runs, colourOf(world));
  for await (const piece of text) stdout.write(piece);
}
