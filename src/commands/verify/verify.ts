import { InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { agentImageOf } from "../agent-image.ts";
import { withCluster } from "../cluster/open-cluster.ts";
import { readReportRequest } from "../reports/read-request.ts";
import { tellProblems } from "../reports/reports.ts";
import { placed } from "../stocks/choose.ts";
import { readStocksOf, tellWarnings } from "../stocks/read.ts";
import type { LarderContext } from "../world.ts";
import { changesFrom } from "./changes.ts";
import type { VerifyFlags } from "./command.ts";
import { proveStocks } from "./prove-stocks.ts";
import { openVerdictOutput } from "./verdict-output.ts";

export async function verify(this: LarderContext, flags: VerifyFlags): Promise<void> {
  const { world } = this;
  const stocks = (await readStocksOf(flags, world)).map((stock) => placed(stock, flags.namespace));
  const image = agentImageOf(flags.agentImage, world);
  const { request, issues, warnings } = await readReportRequest(flags, world.files);
  const all = [...issues, ...(image.ok ? [] : [image.error])];
  if (all.length > 0 || !image.ok) throw new InputError(all);
  tellWarnings(warnings, world);
  const since = await changesFrom(flags, world);
  const options = {
    larderImage: image.value,
    isTwoSided: flags.twoSided || flags.strict,
    isStrict: flags.strict,
    isRepairing: flags.repair,
    timeoutMs: flags.timeout,
  };
  this.exitCode = await withCluster(world, flags, async (cluster) => {
    const output = await openVerdictOutput(request, { output: flags.output, since }, world);
    let exitCode: ExitCode = ExitCode.Incomplete;
    try {
      exitCode = await proveStocks(stocks, options, cluster, output.verdict, world);
    } finally {
      exitCode = tellProblems(await output.finish(), exitCode, world.terminal.stderr);
    }
    return exitCode;
  });
}
