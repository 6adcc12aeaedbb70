/** A control plane of its own, for the time of these tests: the newest API server, with no nodes. */
import { afterAll, describe, expect, it } from "vitest";
import type { Cluster } from "../../../cluster/folder.ts";
import { downCluster, upCluster } from "../../../cluster/up.ts";
import { normalized, openDesk } from "./desk.ts";
import { guardSuite } from "./guard.suite.ts";

let cluster: Promise<Cluster> | undefined;

function openTheCluster(): Promise<Cluster> {
  cluster ??= upCluster(`guard-${process.pid}`, { version: "1.37" });
  return cluster;
}

afterAll(async () => {
  if (cluster !== undefined) await downCluster(await cluster);
});

guardSuite("1.37", openTheCluster);

describe("pull policies that the API server writes", () => {
  it("are those of the list, and never weaken Always", async () => {
    const desk = await openDesk(await openTheCluster());
    try {
      const qa = await desk.namespace("qa-1");
      const [proven, other, moved] = normalized([
        "quay.io/acme/proven:1",
        "quay.io/acme/other:1",
        "quay.io/acme/moved",
      ]);
      const images = [proven ?? "", other ?? "", moved ?? ""];
      const pullPolicies = { Never: [images[0] ?? "", images[2] ?? ""], IfNotPresent: [images[1] ?? ""], Always: [] };
      await desk.on({ images: [...images, "quay.io/acme/free:1"], pullPolicies });
      const asked = [
        ["quay.io/acme/proven:1", "IfNotPresent", "Never"],
        ["quay.io/acme/proven:1", "Always", "Always"],
        ["quay.io/acme/proven:1", "Never", "Never"],
        ["quay.io/acme/other:1", "Never", "IfNotPresent"],
        ["quay.io/acme/moved", "IfNotPresent", "Never"],
        ["quay.io/acme/moved", undefined, "Always"],
        ["quay.io/acme/free:1", undefined, "IfNotPresent"],
        ["quay.io/acme/free:1", "Never", "Never"],
      ] as const;
      const containers = asked.map(([image, imagePullPolicy], n) => ({ name: `c${n}`, image, imagePullPolicy }));
      const initContainers = [{ name: "init", image: "quay.io/acme/proven:1" }];
      const volumes = [
        { name: "empty", emptyDir: {} },
        { name: "data", image: { reference: "quay.io/acme/proven:1" } },
      ];
      const spec = { containers, initContainers, volumes };
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "tried" }, spec };
      const answer = await desk.send("POST", `/api/v1/namespaces/${qa}/pods?dryRun=All`, pod);
      const written = (JSON.parse(answer.body) as { spec: WrittenSpec }).spec;
      expect(written.containers.map(({ imagePullPolicy }) => imagePullPolicy)).toEqual(
        asked.map(([, , policy]) => policy),
      );
      expect(written.initContainers[0]?.imagePullPolicy).toBe("Never");
      expect(written.volumes.find(({ name }) => name === "data")?.image?.pullPolicy).toBe("Never");
      await desk.on({ images });
      expect(
        (await desk.send("GET", `/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies`)).body,
      ).not.toContain(desk.name);
    } finally {
      await desk.close();
    }
  });
});

interface WrittenSpec {
  readonly containers: readonly { readonly imagePullPolicy: string }[];
  readonly initContainers: readonly { readonly imagePullPolicy: string }[];
  readonly volumes: readonly { readonly name: string; readonly image?: { readonly pullPolicy: string } }[];
}
