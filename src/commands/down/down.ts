import { InputError, type Issue } from "#domain/issue.ts";
import { GROUP_LABEL } from "#domain/manifests/labels.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { takenDownText } from "#present/stocking/taken-down.ts";
import { findInventory, stocksIn } from "#workflows/stocking/inventories.ts";
import { takeDown } from "#workflows/stocking/take-down.ts";
import { ClusterError } from "../cluster/cluster-error.ts";
import { answered, type Cluster, withCluster } from "../cluster/open-cluster.ts";
import { type ChosenStock, chosenStocks, chosenStocksInFull, type StockPlace } from "../stocks/choose.ts";
import type { LarderContext, World } from "../world.ts";
import type { DownFlags } from "./command.ts";
import { openPurge } from "./purge.ts";
import { type PurgeChoices, readPurgeChoices } from "./purge-plan.ts";

export async function down(this: LarderContext, flags: DownFlags, ...names: string[]): Promise<void> {
  const { world } = this;
  const choose = flags.purgeImages ? chosenStocksInFull : chosenStocks;
  const stocks = await choose(flags, names, flags.namespace, world);
  if (stocks.length === 0) throw new InputError([noStock]);
  const purging = readPurgeChoices(flags, world);
  this.exitCode = await withCluster(world, flags, (cluster) =>
    takeAllDown(stocks, { ...flags, purging }, cluster, world),
  );
}

async function takeAllDown(
  stocks: readonly ChosenStock[],
  flags: DownOptions,
  cluster: Cluster,
  world: World,
): Promise<ExitCode> {
  const { clock, interrupted } = world;
  const deadline = clock.deadline(flags.timeout, interrupted);
  try {
    let isUnfinished = false;
    let hasFailed = false;
    for (const stock of stocks) {
      const { left, purge } = await takeOneDown(stock, flags, cluster, world, deadline.signal);
      isUnfinished ||= left.length > 0 || purge?.isUnfinished() === true;
      hasFailed ||= purge?.hasFailed() === true;
    }
    if (interrupted.aborted) return ExitCode.Interrupted;
    if (hasFailed) return ExitCode.Incomplete;
    return isUnfinished ? ExitCode.Deadline : ExitCode.Done;
  } catch (error) {
    throw deadline.expired() ? outOfTime(error, cluster) : error;
  } finally {
    deadline.dispose();
  }
}

async function takeOneDown(
  stock: ChosenStock,
  { wait, purging }: DownOptions,
  cluster: Cluster,
  world: World,
  signal: AbortSignal,
) {
  const { clock, terminal } = world;
  const labels = await nodeLabelsOf(stock, cluster, signal);
  const purge = purging && (await openPurge(stock, purging, cluster, world, signal));
  const options = { ...labels, wait, ...(purge && { purge: purge.run }) };
  const taken = answered(await takeDown(stock, options, { ...cluster, clock }, signal), cluster);
  terminal.stdout.write(takenDownText(stock, { ...taken, areImagesPurged: purge !== undefined }));
  if (purge !== undefined) terminal.stdout.write(purge.text());
  return { left: taken.left, purge };
}

interface DownOptions extends DownFlags {
  /** Absent: images stay. */
  readonly purging: PurgeChoices | undefined;
}

/** What the deadline stopped was not stopped by the user. */
function outOfTime(error: unknown, { api }: Cluster): unknown {
  if (!(error instanceof ClusterError) || error.failure.kind !== "aborted") return error;
  const message = "it was not done before --timeout was over";
  return new ClusterError({ ...error.failure, kind: "deadline", message }, api.server);
}

/** The label of groups is the same for all Stocks, so it goes with the last one of a namespace. */
async function nodeLabelsOf(stock: StockPlace, cluster: Cluster, signal: AbortSignal) {
  const inventory = answered(await findInventory(stock, cluster.api, signal), cluster);
  const nodeLabels = inventory?.ok ? inventory.value.nodeLabels : new Map<string, string>();
  if (!inventory?.ok || !inventory.value.hasLabelledNodes) return { nodeLabels, labelKeys: [] };
  const others = answered(await stocksIn(stock.namespace, cluster.api, signal), cluster);
  return { nodeLabels, labelKeys: others.some(({ name }) => name !== stock.name) ? [] : [GROUP_LABEL] };
}

const noStock: Issue = {
  code: "STOCK_MISSING",
  at: { file: "larder down" },
  problem: "no Stock is named",
  remedy: "give its file with -f, or its name",
};
