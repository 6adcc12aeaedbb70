import { copiedSecrets, manifestsOf, withoutSecrets } from "#domain/manifests/manifests.ts";
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
        world.terminal.stdout.write(manifestsText(withoutSecrets(manifestsOf(plan)), copiedSecrets(plan)));
      }
    } finally {
      registries.close();
    }
  });
}
