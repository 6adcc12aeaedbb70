import { criContract } from "../contract/cri.contract.ts";
import { startContainerd } from "./parts/containerd.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const runFolder = useRunFolder();

criContract("containerd", async (plainHttpHosts) => {
  const containerd = await startContainerd(runFolder(), { plainHttpHosts });
  return { ...containerd, close: () => containerd.stop() };
});
