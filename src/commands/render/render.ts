import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { manifestsOf, withoutSecrets } from "#domain/manifests/manifests.ts";
import { copyName } from "#domain/manifests/secret-copies.ts";
import type { StockPlan } from "#domain/manifests/stock-plan.ts";
import { manifestsText } from "#present/manifests/text.ts";
import { withCluster } from "../cluster/open-cluster.ts";
import { makePlan } from "../up/make-plan.ts";
import { readPlanInputs } from "../up/plan-inputs.ts";
import type { LarderContext } from "../world.ts";
import type { RenderFlags } from "./command.ts";

export async function render(this: LarderContext, flags: RenderFlags): Promise<void> {
  const { world } = this;
  const inputs = await readPlanInputs(flags, world);
  await withCluster(world, flags, async (cluster) => {
    const registries = await world.openRegistries(inputs.registries);
    try {
      for (const stock of inputs.stocks) {
        const { plan } = await makePlan(stock, inputs, { cluster, registries, world }, world.interrupted);
        world.terminal.stdout.write(manifestsText(withoutSecrets(manifestsOf(plan)), secretsToCreate(plan)));
      }
    } finally {
      registries.close();
    }
  });
}

function secretsToCreate({ stock, secrets, shelves, agentGroups }: StockPlan) {
  const places = [
    ...(shelves.length > 0 ? [stock.namespace] : []),
    ...(agentGroups.length > 0 ? [agentsNamespaceOf(stock.namespace)] : []),
  ];
  return secrets.flatMap(({ name }) =>
    places.map((namespace) => ({ from: name, to: { namespace, name: copyName(stock.name, name) } })),
  );
}
