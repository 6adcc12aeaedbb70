import { InputError } from "#domain/issue.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer } from "#ports/kubernetes.ts";
import { purgedText } from "#present/stocking/purged.ts";
import { type Purged, purgeImages } from "#workflows/purging/purge-images.ts";
import { findInventory } from "#workflows/stocking/inventories.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import type { ChosenStock } from "../stocks/choose.ts";
import type { World } from "../world.ts";
import { makePurgePlan, type PurgeChoices } from "./purge-plan.ts";

/** A purge of one Stock, planned and not yet begun. */
export interface Purge {
  readonly run: (signal: AbortSignal) => Promise<ApiAnswer<void>>;
  /** What came of it, for people. */
  text(): string;
  hasFailed(): boolean;
  isUnfinished(): boolean;
}

/**
 * What `up` wrote down counts more than the file, which may have changed since; without it (a purge that was interrupted) the file does.
 * @returns undefined: nobody knows of any image
 * @throws InputError, ClusterError
 */
export async function openPurge(
  stock: ChosenStock,
  choices: PurgeChoices,
  cluster: Cluster,
  world: World,
  signal: AbortSignal,
): Promise<Purge | undefined> {
  const inventory = answered(await findInventory(stock, cluster.api, signal), cluster);
  const meant = inventory?.ok ? inventory.value : stock.listed;
  if (meant === undefined) {
    if (inventory?.ok === false) throw new InputError([unreadable(stock.name, inventory.error)]);
    return undefined;
  }
  const { plan, kept } = await makePurgePlan(meant, choices, cluster, world, signal);
  let purged: Purged = { answers: new Map(), silent: new Map() };
  return {
    async run(until) {
      const answer = await purgeImages(plan, { ...world, ...cluster }, until);
      if (!answer.ok) return answer;
      purged = answer.value;
      return ok(undefined);
    },
    text: () => purgedText(purged, kept),
    hasFailed: () =>
      [...purged.answers.values()].some((one) => !one.ok || one.value.some(({ outcome }) => outcome === "failed")),
    isUnfinished: () => purged.silent.size > 0,
  };
}

function unreadable(name: string, why: string) {
  const problem = `its images cannot be purged: what up wrote down of it ${why}`;
  const remedy = "give its file with -f, or leave --purge-images out";
  return { code: "STOCK_IMPOSSIBLE", at: { file: `Stock ${name}` }, problem, remedy } as const;
}
