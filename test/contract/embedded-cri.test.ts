import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#effects/system/clock.ts";
import { startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { criContract } from "./cri.contract.ts";

criContract("the embedded runtime", async (plainHttpHosts) => {
  const folder = await mkdtemp(join(tmpdir(), "larder-cri-"));
  const runtime = await startEmbeddedCriRuntime({
    socket: join(folder, "cri.sock"),
    clock: systemClock(),
    plainHttpHosts,
  });
  return {
    ...runtime,
    async close() {
      await runtime.close();
      const left = await readdir(folder);
      await rm(folder, { recursive: true });
      if (left.length > 0) throw new Error(`the runtime left behind: ${left.join(", ")}`);
    },
  };
});
