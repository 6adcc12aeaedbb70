import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ListQuery } from "#ports/kubernetes.ts";
import { type AwaitedStock, podQueries } from "#workflows/awaiting/awaited-stock.ts";
import type { Cluster } from "../cluster/open-cluster.ts";
import type { World } from "../world.ts";

/** Pods change many times a second while images arrive, and nobody reads that fast. */
const REST_MS = 2_000;

/**
 * Does something again and again, each time after nodes or pods of the Stocks have changed, until the user has seen enough.
 * @returns why the cluster cannot be watched; undefined: the user ended it
 */
export async function whenChanged(
  stocks: readonly AwaitedStock[],
  api: Cluster["api"],
  { clock, interrupted }: Pick<World, "clock" | "interrupted">,
  work: () => Promise<void>,
): Promise<ApiFailure | undefined> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted, ended.signal]);
  let isChanged = false;
  let failure: ApiFailure | undefined;
  const watch = async (query: ListQuery): Promise<void> => {
    let wasListed = false;
    const answer = await api.watch(
      query,
      () => true,
      (change) => {
        // What is listed first was shown already; listed again, it may be anything that a gap has hidden.
        isChanged ||= change.kind === "listed" ? wasListed : change.kind !== "interrupted";
        wasListed ||= change.kind === "listed";
      },
      signal,
    );
    if (answer.ok) return;
    failure ??= answer.error;
    ended.abort();
  };
  const watches = [{ resource: "nodes" } as const, ...podQueries(stocks)].map(watch);
  try {
    while (!signal.aborted) {
      await clock.sleep(REST_MS, signal);
      if (!isChanged || signal.aborted) continue;
      isChanged = false;
      await work();
    }
  } finally {
    ended.abort();
    await Promise.all(watches);
  }
  return failure;
}
