/** Each method on each kind of node, with images of each kind, as a user who has the roles of `deploy/`. */
import { describe, expect, it } from "vitest";
import { nameOf, openDesk, outcomes } from "../harness/desk.ts";
import { askKubelet } from "../harness/pods.ts";

const verifying = ["kubelet-1-35", "kubelet-1-37"];
const nodes = ["kubelet-1-34", ...verifying, "always-verify", "cri-o"];

const methods = ["kubelet", "cri", "hybrid"] as const;

describe.concurrent.each(methods)("the method %s", (method) => {
  it("serves private and public images on every kind of node, and says which are denied and missing", {
    timeout: 240_000,
  }, async (context) => {
    const desk = await openDesk({}, context);
    const { space } = desk;
    const [secret = ""] = await space.images(["private"]);
    const [open = ""] = await space.images(["public"], { registry: "open" });
    const [denied = ""] = await space.images(["denied"]);
    const missing = open.replace("/public:", "/missing:");
    const file = await desk.stockFile({
      name: "each",
      images: [secret, open, { ref: denied, secrets: [] }, missing],
      nodes,
      secrets: ["alice"],
      spec: { method },
    });
    const run = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "90s", "-o", "ndjson"]);
    expect(run.exitCode, run.stderr).toBe(1);
    expect(outcomes(run)).toEqual(
      Object.fromEntries(
        nodes.flatMap((node) => [
          [`${node} private`, "pulled"],
          [`${node} public`, "pulled"],
          [`${node} denied`, "failed unauthorized"],
          [`${node} missing`, "failed not-found"],
        ]),
      ),
    );
    const ask = async (node: string, image: string, account?: string) => {
      const pull = account !== undefined && { secret: account };
      const about = `${node} ${nameOf(image)} ${account ?? "nobody"}`;
      const { reason } = await askKubelet(space, { node, image, pullPolicy: "Never", ...pull });
      if (reason === "runs" || account === undefined) return [about, reason] as const;
      // A busy kubelet may judge a pod before it has got its secret, and does better a moment later.
      const again = await askKubelet(space, { node, image, pullPolicy: "Never", ...pull });
      return [about, again.reason] as const;
    };
    const asked = await Promise.all(
      nodes.flatMap((node) => [ask(node, secret, "alice"), ask(node, secret), ask(node, open)]),
    );
    expect(Object.fromEntries(asked)).toEqual(
      Object.fromEntries(
        nodes.flatMap((node) => [
          [`${node} private alice`, servedTo("alice", node, method)],
          [`${node} private nobody`, servedTo("nobody", node, method)],
          [`${node} public nobody`, method === "cri" && node === "always-verify" ? "ErrImageNeverPull" : "runs"],
        ]),
      ),
    );
    const down = await desk.runCli(["down", "-f", file, "--wait"]);
    expect(down.exitCode, down.stderr).toBe(0);
  });
});

/** A private image. Kubelets before 1.35 do not verify; with this CRI-O each image looks preloaded, and by default those are not verified. */
function servedTo(account: "alice" | "nobody", node: string, method: (typeof methods)[number]): string {
  const refused = "ErrImageNeverPull";
  if (method === "cri") return node === "always-verify" ? refused : "runs";
  return account === "nobody" && (verifying.includes(node) || node === "always-verify") ? refused : "runs";
}
