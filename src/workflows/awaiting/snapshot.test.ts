import { describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { nodeObject, podObject } from "../../../test/kit/larder-pods.ts";
import type { AwaitedStock } from "./awaited-stock.ts";
import { snapshotStocks } from "./snapshot.ts";

const app = "quay.io/acme/app:1";
const arm = "quay.io/acme/arm:1";
const stock: AwaitedStock = {
  name: "qa",
  namespace: "larder",
  method: "kubelet",
  images: [{ image: app }, { image: arm, platform: { os: "linux", architecture: "arm64" } }],
  nodes: { os: "linux", architectures: [], requirements: [], names: [], tolerations: [] },
  graceMs: 0,
};

function someCluster(): FakeKubernetes {
  const cluster = new FakeKubernetes();
  cluster.put(nodeObject("b", { isReady: false }));
  cluster.put(nodeObject("a"));
  cluster.put(nodeObject("win", { os: "windows" }));
  cluster.put(podObject({ node: "a", told: { [app]: { runningSinceMs: 0 } } }));
  cluster.put(podObject({ node: "a", stock: "other", told: { [app]: "creating" } }));
  return cluster;
}

describe("snapshotStocks", () => {
  it("lists once, and tells where each node stands", async () => {
    const cluster = someCluster();
    const answer = await snapshotStocks([stock], cluster, new AbortController().signal);
    expect(answer).toMatchObject({
      ok: true,
      value: {
        nodes: [
          { node: "a", notReady: undefined, stocks: ["qa"], images: new Map([[app, { kind: "stocked" }]]) },
          { node: "b", stocks: ["qa"], images: new Map([[app, { kind: "waiting" }]]) },
        ],
        leftOut: [{ node: "win", reason: "runs windows" }],
      },
    });
    expect(cluster.calls.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["list nodes", "list pods"]);
  });

  it("tells of the nodes that are asked for alone", async () => {
    const answer = await snapshotStocks([stock], someCluster(), new AbortController().signal, new Set(["b"]));
    expect(answer).toMatchObject({ ok: true, value: { nodes: [{ node: "b" }], leftOut: [] } });
  });

  it("gives back why the API does not tell", async () => {
    const cluster = someCluster();
    cluster.failNext({ kind: "forbidden", message: "pods is forbidden" }, ({ resource }) => resource === "pods");
    const answer = await snapshotStocks([stock], cluster, new AbortController().signal);
    expect(answer).toMatchObject({ ok: false, error: { kind: "forbidden" } });
  });
});
