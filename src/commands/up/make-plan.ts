import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import { type PlannedStock, planStock } from "#domain/planning/plan-stock.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { readPullSecret } from "#inputs/pull-secret/pull-secret.ts";
import type { RegistryReader } from "#ports/registry.ts";
import type { Doubt } from "#workflows/publicness/ask-publicness.ts";
import type { FoundSecrets } from "#workflows/stocking/read-secrets.ts";
import { surveyCluster } from "#workflows/stocking/survey.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import type { World } from "../world.ts";
import type { PlanInputs } from "./plan-inputs.ts";

export interface MadePlan extends PlannedStock {
  /** Images that count as private without anybody knowing. */
  readonly doubts: readonly Doubt[];
}

/**
 * Looks at the cluster and the registries, changes nothing, and decides.
 * @throws InputError for a pull secret that cannot be used, and where no plan is possible; ClusterError
 */
export async function makePlan(
  stock: Stock,
  inputs: PlanInputs,
  ports: { readonly cluster: Cluster; readonly registries: RegistryReader; readonly world: World },
  signal: AbortSignal,
): Promise<MadePlan> {
  const { cluster, registries, world } = ports;
  const surveyPorts = { api: cluster.api, registries, clock: world.clock, readPullSecret };
  const survey = answered(await surveyCluster(stock, surveyPorts, signal), cluster);
  const { secrets, publicness } = survey;
  checkSecrets(stock, secrets, world);
  const facts = { ...survey, secrets: secrets.objects, configs: secrets.configs, isPublic: publicness.isPublic };
  const planned = planStock(stock, facts, { ...inputs, version: world.version });
  if (!planned.ok) throw new InputError([impossible(stock, planned.error)]);
  return { ...planned.value, doubts: publicness.doubts };
}

function checkSecrets({ name }: Stock, { problems, warnings }: FoundSecrets, { terminal }: World): void {
  const issue = (code: Issue["code"], secret: string, problem: string): Issue => ({
    code,
    at: { file: `Stock ${name}` },
    problem: `the pull secret ${secret} ${problem}`,
    remedy: "make it, name another one, or leave it out",
  });
  for (const [secret, warning] of warnings) {
    terminal.stderr.write(`warning: ${formatIssue(issue("DOCKER_CONFIG_UNUSABLE_ON_NODE", secret, warning))}\n`);
  }
  if (problems.size === 0) return;
  throw new InputError(Array.from(problems, ([secret, problem]) => issue("PULL_SECRET_UNUSABLE", secret, problem)));
}

function impossible({ name }: Stock, sentence: string): Issue {
  return {
    code: "STOCK_IMPOSSIBLE",
    at: { file: `Stock ${name}` },
    problem: sentence.replace(/\.$/, ""),
    remedy: "change what the Stock says of its method or its nodes, or use the option that is named",
  };
}
