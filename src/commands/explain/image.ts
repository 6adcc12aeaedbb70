import type { ImageOffers } from "#domain/credentials/image-offers.ts";
import { withoutUserInfo } from "#domain/image/without-user-info.ts";
import { describeIssue, InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { imageOffersJson, imageOffersText } from "#present/explanation/image-offers.ts";
import { openOffers } from "../credentials/plugins.ts";
import type { LarderContext, World } from "../world.ts";
import type { ExplainImageFlags } from "./image-command.ts";
import { type ExplainImageInputs, readExplainImageInputs } from "./image-inputs.ts";

export async function explainImage(this: LarderContext, flags: ExplainImageFlags, image: string): Promise<void> {
  const { terminal, files, interrupted } = this.world;
  const inputs = await readExplainImageInputs(flags, image, files);
  if (!inputs.ok) {
    if (flags.output === "text") throw new InputError(inputs.error.issues);
    terminal.stdout.write(`${JSON.stringify({ image: withoutUserInfo(image), error: inputs.error.summary })}\n`);
    this.exitCode = ExitCode.Usage;
    return;
  }
  const explained = await explain(inputs.value, this.world);
  if (interrupted.aborted) this.exitCode = ExitCode.Interrupted;
  else if (flags.output === "text") terminal.stdout.write(imageOffersText(explained));
  else {
    for (const warning of explained.warnings) terminal.stderr.write(`warning: ${warning}\n`);
    terminal.stdout.write(imageOffersJson(explained));
  }
}

async function explain(inputs: ExplainImageInputs, world: World): Promise<ImageOffers> {
  const { reference } = inputs;
  const warnings = [...new Set(inputs.warnings.map(describeIssue))];
  const offersFor = await openOffers(inputs, inputs.plugins, world, (_code, message) => void warnings.push(message));
  const offers = await offersFor(reference, world.interrupted);
  return { reference, offers, warnings };
}
