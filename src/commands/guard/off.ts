import { ExitCode } from "#domain/run/exit-code.ts";
import { guardOffJson, guardOffText } from "#present/guard/off.ts";
import { guardOff } from "#workflows/guarding/guard-off.ts";
import { withCluster } from "../cluster/open-cluster.ts";
import type { LarderContext } from "../world.ts";
import { withinTime } from "./deadline.ts";
import { endWith } from "./failure.ts";
import { readGuardName, usage } from "./guard-name.ts";
import type { GuardOffFlags } from "./off-command.ts";

export async function runGuardOff(this: LarderContext, flags: GuardOffFlags, name?: string): Promise<void> {
  const { world } = this;
  const { clock, terminal } = world;
  const wanted = await readGuardName(flags, name, world);
  if (wanted === undefined) throw usage("it is not said which guard", "name its Stock, or a file with it by -f");
  await withCluster(world, flags, async ({ api }) => {
    const done = await withinTime(flags.timeout, world, (signal) => guardOff(wanted, { api, clock }, signal));
    if (!done.ok) return endWith(done.error, this, api);
    const describe = flags.output === "json" ? guardOffJson : guardOffText;
    terminal.stdout.write(describe(wanted, done.value));
    this.exitCode = ExitCode.Done;
  });
}
