import { buildApplication, buildCommand, run } from "@stricli/core";
import { describe, expect, it } from "vitest";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { testWorld } from "../../../test/kit/test-world.ts";
import { describeFailure, exitCodeOfError } from "../failures.ts";
import type { LarderContext } from "../world.ts";
import { ClusterError } from "./cluster-error.ts";
import { type ClusterFlags, clusterAliases, clusterFlags } from "./flags.ts";
import { answered, openCluster, withCluster } from "./open-cluster.ts";

const fake = () => new FakeKubernetes();
const failureOf = (kind: ClusterError["failure"]["kind"], message = "why") =>
  new ClusterError({ kind, action: "list nodes", message }, "https://c.test (context c)");

describe("a command that asks a cluster", () => {
  it("closes it however the command ends", async () => {
    for (const use of [async () => "done", () => Promise.reject(new Error("broken"))]) {
      const kubernetes = fake();
      await withCluster(testWorld({ kubernetes }).world, {}, use).catch(() => undefined);
      expect(kubernetes.isClosed).toBe(true);
    }
  });

  it("gets the answer, or stops with why there is none", async () => {
    const kubernetes = fake();
    const cluster = await openCluster(testWorld({ kubernetes }).world, { namespace: "n" });
    const { signal } = new AbortController();
    expect(answered(await cluster.api.version(signal), cluster).minor).toBe(35);
    kubernetes.interrupt();
    const gone = await cluster.api.version(signal);
    expect(() => answered(gone, cluster)).toThrow(
      "the cluster at https://fake.test:6443 (context fake) cannot be reached: connection refused",
    );
    expect(cluster.namespace).toBe("n");
  });

  it.each([
    ["unreachable", 4],
    ["timeout", 4],
    ["deadline", 3],
    ["aborted", 130],
    ["forbidden", 1],
    ["unauthorized", 1],
    ["server", 1],
  ] as const)("ends for %s with %i", (kind, exitCode) => {
    expect(exitCodeOfError(failureOf(kind))).toBe(exitCode);
  });

  it("says in one sentence what is missing", () => {
    const message = 'User "x" cannot list resource "nodes" in API group "" at the cluster scope';
    expect(describeFailure(failureOf("forbidden", message))).toBe(`larder: cannot list nodes: ${message}`);
    expect(describeFailure(failureOf("unauthorized", "no"))).toBe(
      "larder: cannot list nodes: no; asked was https://c.test (context c)",
    );
  });

  it("ends 2 for a kubeconfig that cannot be used", async () => {
    const error = await openCluster(testWorld().world, { kubeconfig: "/none" }).catch((thrown: unknown) => thrown);
    expect(exitCodeOfError(error)).toBe(2);
    expect(describeFailure(error)).toContain("/none: it does not exist; name another one [KUBECONFIG_INVALID]");
  });
});

describe("the flags", () => {
  async function parsed(...args: readonly string[]) {
    let seen: ClusterFlags | undefined;
    const command = buildCommand<ClusterFlags, [], LarderContext>({
      func: (flags) => void (seen = flags),
      parameters: { flags: clusterFlags, aliases: clusterAliases },
      docs: { brief: "" },
    });
    const stderr = new CollectingSink();
    const application = buildApplication(command, { name: "x" });
    await run(application, args, { ...testWorld().context, process: { stdout: new CollectingSink(), stderr } });
    return seen ?? stderr.text;
  }

  it("mean what they mean for kubectl", async () => {
    expect(await parsed("--kubeconfig", "f", "--context", "c", "-n", "team")).toEqual({
      kubeconfig: "f",
      context: "c",
      namespace: "team",
    });
    expect(await parsed("--namespace", "Team")).toContain('"Team" has upper-case letters');
  });
});
