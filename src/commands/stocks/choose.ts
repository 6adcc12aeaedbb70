import { parseDnsLabel } from "#domain/cluster/names.ts";
import { InputError } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { STOCK_DEFAULTS } from "#domain/stock/stock.ts";
import { quote } from "#inputs/quote.ts";
import { readStockPlaces } from "#inputs/stock/read-stocks.ts";
import type { World } from "../world.ts";
import type { ChoiceFlags } from "./flags.ts";
import { readStocksOf } from "./read.ts";

/** A Stock as it is known in the cluster. */
export interface StockPlace {
  readonly name: string;
  readonly namespace: string;
}

export interface ChosenStock extends StockPlace {
  /** What its file says; absent: it was named. */
  readonly listed?: Stock;
}

/** --namespace, as for kubectl, counts more than what a file says. */
export function placed<Placed extends Pick<Stock, "namespace">>(stock: Placed, namespace: string | undefined): Placed {
  if (namespace === undefined) return stock;
  const parsed = parseDnsLabel(namespace);
  return parsed.ok ? { ...stock, namespace: parsed.value } : stock;
}

/**
 * The Stocks of the files, and those that are named.
 * @throws InputError for a file or a name that is wrong
 */
export async function chosenStocks(
  { file = [] }: ChoiceFlags,
  names: readonly string[],
  namespace: string | undefined,
  world: World,
): Promise<readonly StockPlace[]> {
  const listed = file.length === 0 ? [] : await readStockPlaces(file, world);
  for (const name of names) checkName(name);
  return [
    ...listed.map((stock) => placed(stock, namespace)),
    ...names.map((name) => ({ name, namespace: namespace ?? STOCK_DEFAULTS.namespace })),
  ].map(({ name, namespace: place }) => ({ name, namespace: place }));
}

/** The same with all that the files say, placeholders filled. */
export async function chosenStocksInFull(
  { file = [], set = [] }: ChoiceFlags,
  names: readonly string[],
  namespace: string | undefined,
  world: World,
): Promise<readonly ChosenStock[]> {
  const listed = file.length === 0 ? [] : await readStocksOf({ file, set }, world);
  const named = await chosenStocks({}, names, namespace, world);
  const inFull = listed.map((stock) => placed(stock, namespace));
  return [...inFull.map((stock) => ({ name: stock.name, namespace: stock.namespace, listed: stock })), ...named];
}

function checkName(name: string): void {
  const parsed = parseDnsLabel(name);
  if (parsed.ok) return;
  const problem = `${quote(name)} ${parsed.error}`;
  const remedy = "name a Stock as its file does, or give the file with -f";
  throw new InputError([{ code: "OPTION_INVALID", at: { file: "the name of a Stock" }, problem, remedy }]);
}
