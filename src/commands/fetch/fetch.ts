import { InputError } from "#domain/issue.ts";
import { ExitCode, exitCodeOf } from "#domain/run/exit-code.ts";
import { startDelayMs } from "#domain/run/start-delay.ts";
import { formatDuration } from "#present/wording/duration.ts";
import { type PullPlan, type PullPorts, pullImages } from "#workflows/pulling/pull-images.ts";
import { openOffers } from "../credentials/plugins.ts";
import { eventRecorder, nodeName } from "../event-recorder.ts";
import { openOutput } from "../presenter.ts";
import { openReports, tellProblems } from "../reports/reports.ts";
import type { LarderContext, World } from "../world.ts";
import type { FetchFlags } from "./command.ts";
import { type FetchInputs, readFetchInputs } from "./inputs.ts";
import { type TerminationNote, terminationNote } from "./termination-note.ts";

export async function fetch(this: LarderContext, flags: FetchFlags, ...images: string[]): Promise<void> {
  const { files, terminal } = this.world;
  const note = terminationNote(flags.terminationMessage, { files, stderr: terminal.stderr });
  try {
    const inputs = await readFetchInputs(flags, images, files);
    note.asked(inputs.asked);
    await waitToStart(flags, this.world);
    this.exitCode = await pullAndPresent(this.world, flags, inputs, note);
  } catch (error) {
    if (error instanceof InputError) note.wrongInput(error);
    if (!(flags.exitZero && error instanceof InputError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
  } finally {
    await note.write();
  }
  if (flags.exitZero && this.exitCode !== ExitCode.Interrupted) this.exitCode = ExitCode.Done;
}

/** Told to people, not in the event stream: the run begins after it, and its deadline counts from there. */
async function waitToStart({ startWithin, quiet }: FetchFlags, world: World): Promise<void> {
  const delayMs = startDelayMs(nodeName(world), startWithin);
  if (delayMs === 0) return;
  const [wait, within] = [formatDuration(delayMs), formatDuration(startWithin)];
  if (!quiet)
    world.terminal.stderr.write(`larder: starts in ${wait} (a moment within ${within} that the node's name decides)\n`);
  await world.clock.sleep(delayMs, world.interrupted);
}

async function pullAndPresent(
  world: World,
  flags: FetchFlags,
  inputs: FetchInputs,
  note: TerminationNote,
): Promise<ExitCode> {
  const { stderr } = world.terminal;
  const reports = await openReports(inputs.reports, world.files);
  const presenter = await openOutput(flags.output, flags.quiet, world);
  const emit = eventRecorder(world, [presenter, reports, note]);
  const warn = (code: string, message: string): void => emit({ kind: "warning", code, message });
  const ports: PullPorts = {
    ...world,
    connect: world.connectCri,
    offersFor: await openOffers(inputs, inputs.plugins, world, warn),
    emit,
    ...(flags.debug && { debug: (line) => stderr.write(`debug: ${line}\n`) }),
  };
  let exitCode: ExitCode = ExitCode.Incomplete;
  try {
    exitCode = exitCodeOf(await pullImages(planOf(flags, inputs, world.version), ports, world.interrupted));
  } finally {
    presenter.end();
    exitCode = tellProblems(await reports.finish(), exitCode, stderr);
  }
  return exitCode;
}

function planOf(flags: FetchFlags, inputs: FetchInputs, larder: string): PullPlan {
  return {
    ...inputs,
    larder,
    always: flags.always,
    parallel: flags.parallel,
    imageListTimeoutMs: flags.imageListTimeout,
    timing: {
      overallMs: flags.overallTimeout,
      initialAttemptTimeoutMs: flags.initialPullAttemptTimeout,
      maxAttemptTimeoutMs: flags.maxPullAttemptTimeout,
      initialDelayMs: flags.initialPullAttemptDelay,
      maxDelayMs: flags.maxPullAttemptDelay,
      missingGraceMs: flags.missingGrace,
    },
  };
}
