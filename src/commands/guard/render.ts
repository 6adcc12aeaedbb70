import { guardObjects } from "#domain/guard/guard-objects.ts";
import { MUTATING_VERSIONS } from "#domain/guard/pull-policy-objects.ts";
import { manifestsText } from "#present/manifests/text.ts";
import type { LarderContext } from "../world.ts";
import type { GuardFlags } from "./flags.ts";
import { readGuard } from "./inputs.ts";

export async function runGuardRender(this: LarderContext, flags: GuardFlags): Promise<void> {
  const { guard } = await readGuard(flags, this.world);
  this.world.terminal.stdout.write(manifestsText(guardObjects(guard, MUTATING_VERSIONS[0]).objects, []));
}
