import { InputError } from "#domain/issue.ts";
import { ExitCode, exitCodeOf } from "#domain/run/exit-code.ts";
import { type PullPlan, type PullPorts, pullImages } from "#workflows/pulling/pull-images.ts";
import { openOffers } from "../credentials/plugins.ts";
import { eventRecorder } from "../event-recorder.ts";
import { openOutput } from "../presenter.ts";
import { openReports, tellProblems } from "../reports/reports.ts";
import type { LarderContext, World } from "../world.ts";
import type { FetchFlags } from "./command.ts";
import { type FetchInputs, readFetchInputs } from "./inputs.ts";

export async function fetch(this: LarderContext, flags: FetchFlags, ...images: string[]): Promise<void> {
  try {
    const inputs = await readFetchInputs(flags, images, this.world.files);
    this.exitCode = await pullAndPresent(this.world, flags, inputs);
  } catch (error) {
    if (!(flags.exitZero && error instanceof InputError)) throw error;
    this.world.terminal.stderr.write(`${error.message}\n`);
  }
  if (flags.exitZero && this.exitCode !== ExitCode.Interrupted) this.exitCode = ExitCode.Done;
}

async function pullAndPresent(world: World, flags: FetchFlags, inputs: FetchInputs): Promise<ExitCode> {
  const { stderr } = world.terminal;
  const reports = await openReports(inputs.reports, world.files);
  const presenter = await openOutput(flags.output, flags.quiet, world);
  const emit = eventRecorder(world, [presenter, reports]);
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
