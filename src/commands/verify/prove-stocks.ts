import { InputError, type Issue } from "#domain/issue.ts";
import { exitCodeOfProving } from "#domain/proving/outcome.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { VERDICT_SCHEMA, type VerdictBody, type VerdictLine } from "#domain/verdict/verdict.ts";
import { readPullSecret } from "#inputs/pull-secret/pull-secret.ts";
import { planRun } from "#workflows/proving/plan-run.ts";
import { proveStock } from "#workflows/proving/prove.ts";
import type { ProvingPlan } from "#workflows/proving/proving-plan.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import type { World } from "../world.ts";

export type ProvingOptions = Pick<ProvingPlan, "larderImage" | "isTwoSided" | "isStrict" | "isRepairing" | "timeoutMs">;

/**
 * Proves Stocks, one after the other, each as a run of its own.
 * @returns the worst of their exit codes
 * @throws InputError where `larder up` has not been run; ClusterError
 */
export async function proveStocks(
  stocks: readonly Stock[],
  options: ProvingOptions,
  cluster: Pick<Cluster, "api">,
  take: (line: VerdictLine) => void,
  world: World,
): Promise<ExitCode> {
  let worst: ExitCode = ExitCode.Done;
  for (const stock of stocks) {
    const exitCode = await proveOne(stock, options, cluster, take, world);
    if (badness.indexOf(exitCode) > badness.indexOf(worst)) worst = exitCode;
    if (world.interrupted.aborted) break;
  }
  return worst;
}

/** From good to bad. */
const badness: readonly ExitCode[] = [
  ExitCode.Done,
  ExitCode.Incomplete,
  ExitCode.Deadline,
  ExitCode.Unreachable,
  ExitCode.Interrupted,
];

async function proveOne(
  stock: Stock,
  options: ProvingOptions,
  { api }: Pick<Cluster, "api">,
  take: (line: VerdictLine) => void,
  world: World,
): Promise<ExitCode> {
  const { clock, version, interrupted } = world;
  const run = world.newRunId();
  const emit = (body: VerdictBody): void =>
    take({ schema: VERDICT_SCHEMA, run, time: new Date(clock.now()).toISOString(), ...body });
  const ports = { api, clock, readSecret: readPullSecret, emit };
  // Each question to the API ends by itself; the deadline is for the kubelets.
  const { plan, warnings, isUp } = answered(await planRun(stock, options, ports, interrupted), { api });
  if (!isUp) throw new InputError([notUp(stock)]);
  for (const warning of warnings) world.terminal.stderr.write(`warning: ${warning}\n`);
  const whole: ProvingPlan = { ...plan, ...options, stock, run, larder: version };
  return exitCodeOfProving(await proveStock(whole, ports, interrupted));
}

function notUp({ name, namespace }: Stock): Issue {
  return {
    code: "STOCK_MISSING",
    at: { file: `${namespace}/${name}` },
    problem: `the cluster has no namespace ${namespace}`,
    remedy: "run larder up first: it makes the namespace, and copies the pull secrets that probes need",
  };
}
