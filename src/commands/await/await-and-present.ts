import { InputError, type Issue } from "#domain/issue.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import type { RunOutcome } from "#domain/run/event.ts";
import { ExitCode, exitCodeOf } from "#domain/run/exit-code.ts";
import { parseEventLine } from "#inputs/event-stream/event-line.ts";
import { type AwaitPorts, awaitStocks } from "#workflows/awaiting/await-stocks.ts";
import type { AwaitedStock } from "#workflows/awaiting/awaited-stock.ts";
import { findInventory } from "#workflows/stocking/inventories.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import { manyNodesRecorder } from "../event-recorder.ts";
import type { OutputFlags } from "../output-flags.ts";
import { openOutput } from "../presenter.ts";
import { openReports, tellProblems } from "../reports/reports.ts";
import type { StockPlace } from "../stocks/choose.ts";
import type { World } from "../world.ts";
import { labelStockedNodes, stockedNodes } from "./label-stocked-nodes.ts";

export interface Waiting {
  readonly stocks: readonly Inventory[];
  readonly timeoutMs: number;
  /** When the work began, in ms since 1970: what was there before is present, and not pulled. */
  readonly sinceMs: number;
  readonly output: OutputFlags;
  readonly reports: ReportRequest;
  readonly labelNodes: boolean;
}

/**
 * What `up` wrote down of the Stocks.
 * @throws InputError for a Stock that is not in the cluster, or whose inventory cannot be read; ClusterError
 */
export async function inventoriesOf(
  places: readonly StockPlace[],
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly Inventory[]> {
  const inventories: Inventory[] = [];
  const issues: Issue[] = [];
  for (const place of places) {
    const found = answered(await findInventory(place, cluster.api, signal), cluster);
    if (found?.ok) inventories.push(found.value);
    else issues.push(found === undefined ? absent(place) : unreadable(place, found.error));
  }
  if (issues.length > 0) throw new InputError(issues);
  return inventories;
}

/** Waits, shows, reports. @returns the exit code */
export async function awaitAndPresent(waiting: Waiting, cluster: Cluster, world: World): Promise<ExitCode> {
  const { output } = waiting;
  const reports = await openReports(waiting.reports, world.files);
  const presenter = await openOutput(output.output, output.quiet, world, { manyNodes: true });
  const stocked = stockedNodes();
  const ports: AwaitPorts = {
    api: cluster.api,
    clock: world.clock,
    ...manyNodesRecorder(world, [presenter, reports, stocked]),
    parseEvent: (line) => {
      const parsed = parseEventLine(line);
      return parsed.ok ? parsed.value : undefined;
    },
  };
  let exitCode: ExitCode = ExitCode.Incomplete;
  try {
    exitCode = exitCodeOf(await outcomeOf(waiting, ports, cluster, world));
    // Who presses Ctrl-C does not wait for that; the next run sets them.
    if (waiting.labelNodes && !world.interrupted.aborted)
      await labelStockedNodes(waiting.stocks, stocked.names, cluster, world);
  } finally {
    presenter.end();
    exitCode = tellProblems(await reports.finish(), exitCode, world.terminal.stderr);
  }
  return exitCode;
}

async function outcomeOf(
  { stocks, timeoutMs, sinceMs }: Waiting,
  ports: AwaitPorts,
  cluster: Cluster,
  world: World,
): Promise<RunOutcome> {
  const plan = { larder: world.version, stocks: stocks.map(awaited), timeoutMs, presentBeforeMs: sinceMs };
  return answered(await awaitStocks(plan, ports, world.interrupted), cluster);
}

/** As far as waiting needs to know. */
export function awaited({ name, namespace, method, images, nodes, graceMs, revisions }: Inventory): AwaitedStock {
  return {
    name,
    namespace,
    method,
    images: images.map(({ reference, platform }) => ({ image: reference.written, ...(platform && { platform }) })),
    nodes,
    graceMs,
    revisions,
  };
}

function absent({ name, namespace }: StockPlace): Issue {
  return {
    code: "STOCK_MISSING",
    at: { file: `Stock ${name}` },
    problem: `it is not in the namespace ${namespace} of this cluster`,
    remedy: "put it there with larder up, or name its namespace with --namespace",
  };
}

function unreadable({ name }: StockPlace, why: string): Issue {
  return {
    code: "STOCK_MISSING",
    at: { file: `Stock ${name}` },
    problem: `what larder up wrote down of it ${why}`,
    remedy: "run larder up again with this version",
  };
}
