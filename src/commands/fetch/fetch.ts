import { InputError } from "#domain/issue.ts";
import { ExitCode, exitCodeOf } from "#domain/run/exit-code.ts";
import { pullImages } from "#workflows/pulling/pull-images.ts";
import { eventRecorder } from "../event-recorder.ts";
import { openPresenter } from "../presenter.ts";
import type { LarderContext } from "../world.ts";
import type { FetchFlags } from "./command.ts";
import { type FetchInputs, readFetchInputs } from "./inputs.ts";

export async function fetch(this: LarderContext, flags: FetchFlags, ...images: string[]): Promise<void> {
  try {
    const inputs = await readFetchInputs(flags, images, this.world.files);
    this.exitCode = await pullAndPresent(this, flags, inputs);
  } catch (error) {
    if (!(flags.exitZero && error instanceof InputError)) throw error;
    this.world.terminal.stderr.write(`${error.message}\n`);
  }
  if (flags.exitZero && this.exitCode !== ExitCode.Interrupted) this.exitCode = ExitCode.Done;
}

async function pullAndPresent({ world }: LarderContext, flags: FetchFlags, inputs: FetchInputs): Promise<ExitCode> {
  const presenter = await openPresenter(flags, world);
  const emit = eventRecorder(world, [presenter]);
  try {
    const outcome = await pullImages(
      planOf(flags, inputs, world),
      { ...world, connect: world.connectCri, emit },
      world.interrupted,
    );
    return exitCodeOf(outcome);
  } finally {
    await presenter.end();
  }
}
