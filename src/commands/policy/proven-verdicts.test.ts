import { describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { testWorld } from "../../../test/kit/test-world.ts";
import { describeFailure, exitCodeOfError } from "../failures.ts";
import { showPolicy } from "./show.ts";
import type { ShowPolicyFlags } from "./show-command.ts";

const stock = "apiVersion: larder.dev/v1alpha1\nkind: Stock\nmetadata: {name: qa}\nspec: {images: [busybox:1]}\n";
const flags: ShowPolicyFlags = { file: ["larder.yaml"], timeout: 60_000, output: "env" };

async function failureOf(kubernetes: FakeKubernetes, more: Partial<ShowPolicyFlags> = {}): Promise<string> {
  const { context, stdout } = testWorld({ kubernetes, files: { "larder.yaml": stock } });
  const error: unknown = await showPolicy.call(context, { ...flags, ...more }).catch((thrown: unknown) => thrown);
  expect(stdout.text).toBe("");
  return `${exitCodeOfError(error)} ${describeFailure(error)}`;
}

describe("policies without saved verdicts", () => {
  it("need a cluster on which the Stock is up", async () => {
    const kubernetes = new FakeKubernetes();
    expect(await failureOf(kubernetes, { namespace: "team" })).toMatch(
      /^2 team\/qa: the cluster has no namespace team; /,
    );
    expect(kubernetes.isClosed).toBe(true);
  });

  it("are not guessed where the cluster cannot be reached", async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.interrupt();
    expect(await failureOf(kubernetes)).toMatch(/^4 larder: the cluster at .* cannot be reached/);
    expect(kubernetes.isClosed).toBe(true);
  });

  it("need an image of Larder that is one", async () => {
    expect(await failureOf(new FakeKubernetes(), { agentImage: "Larder:1" })).toMatch(/^2 --agent-image: "Larder:1" /);
  });
});
