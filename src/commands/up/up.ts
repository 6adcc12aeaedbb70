import { InputError } from "#domain/issue.ts";
import { GROUP_LABEL } from "#domain/manifests/labels.ts";
import { manifestsOf } from "#domain/manifests/manifests.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import type { Stock } from "#domain/stock/stock.ts";
import type { RegistryReader } from "#ports/registry.ts";
import { planText } from "#present/plan/text.ts";
import { putUpLines } from "#present/stocking/put-up.ts";
import { labelNodes } from "#workflows/stocking/label-nodes.ts";
import { type PutUpStep, putUp } from "#workflows/stocking/put-up.ts";
import { awaitAndPresent, inventoriesOf } from "../await/await-and-present.ts";
import { answered, type Cluster, withCluster } from "../cluster/open-cluster.ts";
import { colourOf } from "../presenter.ts";
import { readReportRequest } from "../reports/read-request.ts";
import { tellWarnings } from "../stocks/read.ts";
import type { LarderContext, World } from "../world.ts";
import type { UpFlags } from "./command.ts";
import { makePlan } from "./make-plan.ts";
import { type PlanInputs, readPlanInputs } from "./plan-inputs.ts";
import { planSummary } from "./plan-summary.ts";

export async function up(this: LarderContext, flags: UpFlags): Promise<void> {
  const { world } = this;
  const sinceMs = world.clock.now();
  const inputs = await readPlanInputs(flags, world);
  const reports = await readReportRequest(flags, world.files);
  const issues = [...reports.issues, ...(flags.wait ? [] : withoutWaiting(flags))];
  if (issues.length > 0) throw new InputError(issues);
  tellWarnings(reports.warnings, world);
  this.exitCode = await withCluster(world, flags, async (cluster) => {
    await putAllUp(inputs, flags, cluster, world);
    if (world.interrupted.aborted) return ExitCode.Interrupted;
    return flags.wait ? waitForAll(inputs.stocks, flags, reports.request, sinceMs, cluster, world) : ExitCode.Done;
  });
}

async function putAllUp(inputs: PlanInputs, flags: UpFlags, cluster: Cluster, world: World): Promise<void> {
  const registries = await world.openRegistries(inputs.registries);
  try {
    for (const stock of inputs.stocks) await putOneUp(stock, inputs, { cluster, registries, world }, flags);
  } finally {
    registries.close();
  }
}

async function putOneUp(
  stock: Stock,
  inputs: PlanInputs,
  ports: { readonly cluster: Cluster; readonly registries: RegistryReader; readonly world: World },
  flags: UpFlags,
): Promise<void> {
  const { cluster, world } = ports;
  const signal = world.interrupted;
  const made = await makePlan(stock, inputs, ports, signal);
  // Standard output belongs to the result where a machine reads it.
  const out = flags.output === "text" ? world.terminal.stdout : world.terminal.stderr;
  const columns = out.size()?.columns;
  const look = { colour: flags.output === "text" && colourOf(world), ...(columns !== undefined && { columns }) };
  if (!flags.quiet) for (const line of planText(planSummary(made), look)) out.write(line);
  answered(await labelNodes(GROUP_LABEL, made.nodeLabels, cluster.api, signal), cluster);
  const steps: PutUpStep[] = [];
  const tell = (step: PutUpStep): void => {
    steps.push(step);
    if (step.kind === "namespace-terminating")
      world.terminal.stderr.write(
        `larder: the namespace ${step.namespace} is still being deleted; waiting for it to go\n`,
      );
  };
  const { api } = cluster;
  const placed = { ...stock, timeoutMs: flags.timeout ?? stock.timeoutMs };
  const done = await putUp(placed, manifestsOf(made.plan), { api, clock: world.clock, tell }, signal);
  if (!flags.quiet && (done.ok || steps.length > 0)) for (const line of putUpLines(stock, steps)) out.write(line);
  answered(done, cluster);
}

async function waitForAll(
  stocks: readonly Stock[],
  flags: UpFlags,
  reports: ReportRequest,
  sinceMs: number,
  cluster: Cluster,
  world: World,
): Promise<ExitCode> {
  const inventories = await inventoriesOf(stocks, cluster, world.interrupted);
  const timeoutMs = flags.timeout ?? Math.max(...stocks.map((stock) => stock.timeoutMs));
  const waiting = { stocks: inventories, timeoutMs, sinceMs, output: flags, reports, labelNodes: flags.labelNodes };
  return awaitAndPresent(waiting, cluster, world);
}

function withoutWaiting(flags: UpFlags) {
  const named = [
    ...((flags.report ?? []).length > 0 ? ["--report"] : []),
    ...(flags.timeout === undefined ? [] : ["--timeout"]),
    ...(flags.output === "text" ? [] : ["--output"]),
  ];
  return named.map(
    (option) =>
      ({
        code: "OPTION_INVALID",
        at: { file: option },
        problem: "nothing is waited for that it could be about",
        remedy: "add --wait, or leave it out and give it to larder await",
      }) as const,
  );
}
