import { ExitCode } from "#domain/run/exit-code.ts";
import { guardStatusJson, guardStatusText } from "#present/guard/status.ts";
import { guardStatus } from "#workflows/guarding/guard-status.ts";
import { answered, withCluster } from "../cluster/open-cluster.ts";
import type { LarderContext } from "../world.ts";
import { readGuardName } from "./guard-name.ts";
import type { GuardNameFlags } from "./off-command.ts";

export async function runGuardStatus(this: LarderContext, flags: GuardNameFlags, name?: string): Promise<void> {
  const { world } = this;
  const wanted = await readGuardName(flags, name, world);
  await withCluster(world, flags, async (cluster) => {
    const guards = answered(await guardStatus(wanted, cluster.api, world.interrupted), cluster);
    const describe = flags.output === "json" ? guardStatusJson : guardStatusText;
    world.terminal.stdout.write(describe(guards, wanted));
    this.exitCode = ExitCode.Done;
  });
}
