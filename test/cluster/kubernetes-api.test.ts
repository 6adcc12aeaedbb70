/** Larder's client on the real API server, held to the same as the fake. */
import { kubernetesApiContract } from "../contract/kubernetes-api.contract.ts";
import { openApi } from "./harness/api.ts";
import { core } from "./harness/cluster.ts";
import { eventually } from "./harness/eventually.ts";
import { closeSpace, makeSpace } from "./harness/space.ts";

kubernetesApiContract("the client on a real API server", async () => {
  const api = await openApi();
  const space = await makeSpace();
  const { namespace } = space;
  return {
    api,
    namespace,
    async startSpeaker(text) {
      const body = {
        metadata: { name: "speaker" },
        spec: {
          nodeName: "kubelet-1-35",
          restartPolicy: "Never",
          containers: [
            {
              name: "main",
              image: "registry.test:5000/public/tool:1",
              command: ["/bin/busybox", "printf", "%s"],
              args: [text],
            },
          ],
        },
      };
      await core.createNamespacedPod({ namespace, body });
      await eventually("the end of the speaker", async () => {
        const { status } = await core.readNamespacedPod({ name: "speaker", namespace });
        return status?.phase === "Succeeded" ? true : undefined;
      });
    },
    async close() {
      api.close();
      await closeSpace(space);
    },
  };
});
