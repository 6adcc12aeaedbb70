import { InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { emptyVerdicts, foldVerdict, verdictsOf } from "#domain/verdict/fold.ts";
import { agentImageOf } from "../agent-image.ts";
import { ClusterError } from "../cluster/cluster-error.ts";
import { withCluster } from "../cluster/open-cluster.ts";
import { placed } from "../stocks/choose.ts";
import { proveStocks } from "../verify/prove-stocks.ts";
import type { World } from "../world.ts";
import type { PolicyFlags } from "./flags.ts";
import type { GiveVerdicts } from "./verdicts.ts";

/**
 * Verdicts that are made now, by the kubelets of the cluster. What is not proven at the deadline is unknown.
 * @throws InputError for an option that is wrong, or where `larder up` has not been run; ClusterError where the cluster does not answer
 */
export function provenVerdicts(flags: PolicyFlags, world: World): GiveVerdicts {
  return async (stocks) => {
    const image = agentImageOf(flags.agentImage, world);
    if (!image.ok) throw new InputError([image.error]);
    const { timeout: timeoutMs, namespace } = flags;
    const options = { larderImage: image.value, isTwoSided: false, isStrict: false, isRepairing: false, timeoutMs };
    const set = emptyVerdicts();
    await withCluster(world, flags, async (cluster) => {
      const meant = stocks.map((stock) => placed(stock, namespace));
      const exitCode = await proveStocks(meant, options, cluster, (line) => void foldVerdict(set, line), world);
      if (exitCode === ExitCode.Unreachable) throw new ClusterError(notReached, cluster.api.server);
    });
    return verdictsOf(set);
  };
}

const notReached = { kind: "unreachable", action: "prove images", message: "no node could be asked" } as const;
