import { type Flavor, findFlavor } from "#domain/cluster/flavor.ts";
import { InputError, type Issue } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { quote } from "#inputs/quote.ts";
import { agentImageOf } from "../agent-image.ts";
import { type RegistrySettings, readRegistrySettings } from "../registries/settings.ts";
import { placed } from "../stocks/choose.ts";
import { readStocksOf } from "../stocks/read.ts";
import type { World } from "../world.ts";
import type { PlanFlags } from "./plan-flags.ts";

/** What a plan is made of beyond what the cluster says. */
export interface PlanInputs {
  readonly stocks: readonly Stock[];
  readonly agentImage: string;
  readonly flavor?: Flavor;
  readonly mayLabelNodes: boolean;
  readonly registries: RegistrySettings;
}

/** @throws InputError with all that is wrong */
export async function readPlanInputs(flags: PlanFlags, world: World): Promise<PlanInputs> {
  const registries = await readRegistrySettings(flags, world.environment, world.files);
  const agentImage = agentImageOf(flags.agentImage, world);
  const flavor = flags.flavor === undefined ? undefined : findFlavor(flags.flavor);
  const issues = [
    ...registries.issues,
    ...(agentImage.ok ? [] : [agentImage.error]),
    ...(flavor === undefined || flavor.ok ? [] : [flavorIssue(flags.flavor ?? "", flavor.error)]),
  ];
  if (issues.length > 0 || !agentImage.ok) throw new InputError(issues);
  const read = await readStocksOf(flags, world);
  const { method } = flags;
  const stocks = read.map((stock) => placed(method === undefined ? stock : { ...stock, method }, flags.namespace));
  return {
    stocks,
    agentImage: agentImage.value,
    ...(flavor?.ok && { flavor: flavor.value }),
    mayLabelNodes: flags.labelNodes,
    registries: registries.settings,
  };
}

function flavorIssue(id: string, why: string): Issue {
  const remedy = "name a distribution by its id, or leave the option out";
  return { code: "OPTION_INVALID", at: { file: "--flavor" }, problem: `${quote(id)} ${why}`, remedy };
}
