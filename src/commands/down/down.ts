import { InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { countOf } from "#present/wording/count.ts";
import { type TakenDown, takeDown } from "#workflows/stocking/take-down.ts";
import { answered, type Cluster, withCluster } from "../cluster/open-cluster.ts";
import { chosenStocks, type StockPlace } from "../stocks/choose.ts";
import type { LarderContext, World } from "../world.ts";
import type { DownFlags } from "./command.ts";

export async function down(this: LarderContext, flags: DownFlags, ...names: string[]): Promise<void> {
  const { world } = this;
  const stocks = await chosenStocks(flags, names, flags.namespace, world);
  if (stocks.length === 0) throw new InputError([noStock]);
  this.exitCode = await withCluster(world, flags, (cluster) => takeAllDown(stocks, flags, cluster, world));
}

async function takeAllDown(
  stocks: readonly StockPlace[],
  flags: DownFlags,
  cluster: Cluster,
  world: World,
): Promise<ExitCode> {
  const { clock, terminal, interrupted } = world;
  const deadline = clock.deadline(flags.timeout, interrupted);
  try {
    let isUnfinished = false;
    for (const stock of stocks) {
      const nodeLabels = await labelsOf(stock, cluster, deadline.signal);
      const options = { nodeLabels, wait: flags.wait };
      const taken = answered(await takeDown(stock, options, { ...cluster, clock }, deadline.signal), cluster);
      terminal.stdout.write(describe(stock, taken));
      isUnfinished ||= taken.unfinished;
    }
    if (interrupted.aborted) return ExitCode.Interrupted;
    return isUnfinished ? ExitCode.Deadline : ExitCode.Done;
  } finally {
    deadline.dispose();
  }
}
