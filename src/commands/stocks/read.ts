import { formatIssue, type Issue } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { readStocks } from "#inputs/stock/read-stocks.ts";
import type { World } from "../world.ts";
import type { StockFlags } from "./flags.ts";

/**
 * The Stocks that the options name; warnings go to standard error.
 * @throws InputError with all that is wrong in them
 */
export async function readStocksOf(
  { file, imagesFrom = [], set = [] }: StockFlags,
  world: Pick<World, "files" | "readStandardInput" | "terminal">,
): Promise<readonly Stock[]> {
  const { stocks, warnings } = await readStocks({ files: file, imagesFrom, placeholders: new Map(set) }, world);
  tellWarnings(warnings, world);
  return stocks;
}

export function tellWarnings(warnings: readonly Issue[], { terminal }: Pick<World, "terminal">): void {
  for (const warning of warnings) terminal.stderr.write(`warning: ${formatIssue(warning)}\n`);
}
