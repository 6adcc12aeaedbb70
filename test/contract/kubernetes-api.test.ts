/** The fake, held to what the real API server does (test/cluster/kubernetes-api.test.ts). */
import { FakeKubernetes } from "../kit/fake-kubernetes/fake-kubernetes.ts";
import { kubernetesApiContract } from "./kubernetes-api.contract.ts";

kubernetesApiContract("the fake", async () => {
  const api = new FakeKubernetes();
  const namespace = "contract";
  api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return {
    api,
    namespace,
    startSpeaker: async (text) => {
      api.put({ apiVersion: "v1", kind: "Pod", metadata: { name: "speaker", namespace } });
      api.setLog({ namespace, pod: "speaker", container: "main" }, text);
    },
    close: async () => api.close(),
  };
});
