import { ExitCode } from "#domain/run/exit-code.ts";
import { describeCost, describeGuard, guardOnJson, proofLine } from "#present/guard/on.ts";
import { guardOn } from "#workflows/guarding/guard-on.ts";
import { withCluster } from "../cluster/open-cluster.ts";
import type { LarderContext } from "../world.ts";
import { withinTime } from "./deadline.ts";
import { endWith } from "./failure.ts";
import { readGuard } from "./inputs.ts";
import type { GuardOnFlags } from "./on-command.ts";

export async function runGuardOn(this: LarderContext, flags: GuardOnFlags): Promise<void> {
  const { world } = this;
  const { clock, terminal } = world;
  const inputs = await readGuard(flags, world);
  const { guard, cost } = inputs;
  // What it costs is told before anything is changed.
  const people = flags.output === "text" ? terminal.stdout : terminal.stderr;
  people.write(`${[...describeGuard(guard), describeCost(cost)].join("\n")}\n`);
  await withCluster(world, flags, async ({ api }) => {
    const startedAt = clock.monotonic();
    const done = await withinTime(flags.timeout, world, (signal) => guardOn(guard, { api, clock }, signal));
    if (!done.ok) return endWith(done.error, this, api);
    const durationMs = Math.round(clock.monotonic() - startedAt);
    if (flags.output === "json") terminal.stdout.write(guardOnJson(guard, cost, done.value.content, durationMs));
    else terminal.stdout.write(`${proofLine(durationMs)}\n`);
    this.exitCode = ExitCode.Done;
  });
}
