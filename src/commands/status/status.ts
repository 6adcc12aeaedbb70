import { InputError } from "#domain/issue.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { STOCK_DEFAULTS } from "#domain/stock/stock.ts";
import { quote } from "#inputs/quote.ts";
import { statusJson } from "#present/status/json.ts";
import type { StockStatus } from "#present/status/status.ts";
import { statusText } from "#present/status/text.ts";
import { type Snapshot, snapshotStocks } from "#workflows/awaiting/snapshot.ts";
import { allStocks } from "../await/await.ts";
import { awaited, inventoriesOf } from "../await/await-and-present.ts";
import { answered, type Cluster, withCluster } from "../cluster/open-cluster.ts";
import { colourOf } from "../presenter.ts";
import { chosenStocks } from "../stocks/choose.ts";
import type { LarderContext, World } from "../world.ts";
import { tellAgentStreams } from "./agent-streams.ts";
import type { StatusFlags } from "./command.ts";
import { stockStatus } from "./stock-status.ts";
import { whenChanged } from "./when-changed.ts";

export async function status(this: LarderContext, flags: StatusFlags, node?: string): Promise<void> {
  const { world } = this;
  const places = await chosenStocks(flags, flags.stock ?? [], flags.namespace, world);
  this.exitCode = await withCluster(world, flags, async (cluster) => {
    const { interrupted } = world;
    const meant = places.length > 0 ? places : await allStocks(flags.namespace, cluster, interrupted);
    if (meant.length === 0)
      world.terminal.stderr.write(
        `larder: no Stock is in the namespace ${flags.namespace ?? STOCK_DEFAULTS.namespace}\n`,
      );
    const stocks = await inventoriesOf(meant, cluster, interrupted);
    await show(stocks, flags, node, cluster, world);
    if (!flags.watch) return ExitCode.Done;
    const failure = await whenChanged(stocks.map(awaited), cluster.api, world, () =>
      show(stocks, flags, node, cluster, world),
    );
    if (failure !== undefined) answered({ ok: false, error: failure }, cluster);
    return ExitCode.Interrupted;
  });
}

async function show(
  stocks: readonly Inventory[],
  flags: StatusFlags,
  node: string | undefined,
  cluster: Cluster,
  world: World,
): Promise<void> {
  const statuses: StockStatus[] = [];
  for (const stock of stocks) statuses.push(await statusOf(stock, node, cluster, world));
  const { stdout } = world.terminal;
  if (flags.watch && flags.output === "text" && stdout.isTTY) stdout.write(CLEAR_WINDOW);
  for (const text of textOf(statuses, flags.output, world)) stdout.write(text);
  if (node === undefined || flags.output === "json") return;
  for (const stock of stocks) await tellAgentStreams(stock, node, cluster, world);
}

const CLEAR_WINDOW = "\u001b[H\u001b[2J";

async function statusOf(
  stock: Inventory,
  node: string | undefined,
  cluster: Cluster,
  { interrupted }: World,
): Promise<StockStatus> {
  const only = node === undefined ? undefined : new Set([node]);
  const snapshot: Snapshot = answered(await snapshotStocks([awaited(stock)], cluster.api, interrupted, only), cluster);
  const isKnown = snapshot.nodes.length + snapshot.leftOut.length > 0;
  if (node !== undefined && !isKnown) throw new InputError([unknownNode(stock, node)]);
  return stockStatus(stock, snapshot);
}

function* textOf(statuses: readonly StockStatus[], output: StatusFlags["output"], world: World): Generator<string> {
  if (output === "json") {
    yield* statusJson(statuses);
    return;
  }
  const columns = world.terminal.stdout.size()?.columns;
  const look = { colour: colourOf(world), ...(columns !== undefined && { columns }) };
  for (const [index, one] of statuses.entries()) {
    if (index > 0) yield "\n";
    yield* statusText(one, look);
  }
}

function unknownNode({ name }: Inventory, node: string) {
  return {
    code: "OPTION_INVALID",
    at: { file: "larder status" },
    problem: `${quote(node)} is no node of the Stock ${name}`,
    remedy: "name one of those that larder status shows",
  } as const;
}
