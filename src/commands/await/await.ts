import { InputError, type Issue } from "#domain/issue.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import { STOCK_DEFAULTS } from "#domain/stock/stock.ts";
import { stocksIn } from "#workflows/stocking/inventories.ts";
import { answered, type Cluster, withCluster } from "../cluster/open-cluster.ts";
import { readReportRequest } from "../reports/read-request.ts";
import { chosenStocks, type StockPlace } from "../stocks/choose.ts";
import { tellWarnings } from "../stocks/read.ts";
import type { LarderContext } from "../world.ts";
import { awaitAndPresent, inventoriesOf } from "./await-and-present.ts";
import type { AwaitFlags } from "./command.ts";

export async function awaitStocksOf(this: LarderContext, flags: AwaitFlags, ...names: string[]): Promise<void> {
  const { world } = this;
  const sinceMs = world.clock.now();
  const reports = await readReportRequest(flags, world.files);
  if (reports.issues.length > 0) throw new InputError(reports.issues);
  tellWarnings(reports.warnings, world);
  const places = await chosenStocks(flags, names, flags.namespace, world);
  this.exitCode = await withCluster(world, flags, async (cluster) => {
    const meant = places.length > 0 ? places : await allStocks(flags.namespace, cluster, world.interrupted);
    if (meant.length === 0) throw new InputError([noStock(flags.namespace ?? STOCK_DEFAULTS.namespace)]);
    const stocks = await inventoriesOf(meant, cluster, world.interrupted);
    const timeoutMs = flags.timeout ?? longestTimeout(stocks);
    const waiting = {
      stocks,
      timeoutMs,
      sinceMs,
      output: flags,
      reports: reports.request,
      labelNodes: flags.labelNodes,
    };
    return awaitAndPresent(waiting, cluster, world);
  });
}

/** All Stocks of the namespace that is meant where none is named. */
export async function allStocks(
  namespace: string | undefined,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly StockPlace[]> {
  const place = namespace ?? STOCK_DEFAULTS.namespace;
  return answered(await stocksIn(place, cluster.api, signal), cluster);
}

function noStock(place: string): Issue {
  return {
    code: "STOCK_MISSING",
    at: { file: `namespace ${place}` },
    problem: "no Stock is in it",
    remedy: "put one there with larder up, or name another namespace with --namespace",
  };
}

function longestTimeout(stocks: readonly Inventory[]): number {
  return Math.max(...stocks.map(({ timeoutMs }) => timeoutMs));
}
