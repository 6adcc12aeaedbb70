/** The roles of `deploy/`: what they grant is what the commands ask for. */
import { stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { auditedRequests, auditLog } from "../../../cluster/control-plane/audit.ts";
import type { LarderRun } from "../../kit/run-larder.ts";
import { cluster } from "../harness/cluster.ts";
import { type Desk, everyRole, openDesk } from "../harness/desk.ts";
import { leftovers } from "../harness/leftovers.ts";
import { grantedBy, type RoleFile } from "../harness/roles.ts";

const nodes = ["kubelet-1-34", "kubelet-1-35"];

/** All that a user asked, as `VERB RESOURCE in PLACE`, with the places of the files. */
async function askedBy({ user, namespace, space }: Desk, sinceByte: number): Promise<Set<string>> {
  const places = new Map([
    [namespace, "larder"],
    [`${namespace}-agents`, "larder-agents"],
    [space.namespace, "ci"],
  ]);
  const asked = new Set<string>();
  for (const request of await auditedRequests(cluster, sinceByte)) {
    const { objectRef, responseStatus, verb } = request;
    if (request.user.username !== user || objectRef === undefined) continue;
    const { resource = "", subresource, namespace: where } = objectRef;
    const what = subresource === undefined ? resource : `${resource}/${subresource}`;
    // The namespace of a request about a namespace is that namespace.
    const place = resource === "namespaces" ? "cluster" : (places.get(where ?? "") ?? "cluster");
    asked.add(`${verb} ${what} in ${place}`);
    // Applying what is not there wants both verbs.
    if (verb === "patch" && responseStatus?.code === 201) asked.add(`create ${what} in ${place}`);
  }
  return asked;
}

describe("the roles", () => {
  it("grant what the commands ask for, and nothing else", { timeout: 240_000 }, async () => {
    const desk = await openDesk();
    const { size } = await stat(auditLog(cluster));
    const [app = ""] = await desk.space.images(["app"]);
    const [open = ""] = await desk.space.images(["open"], { registry: "open" });
    const missing = open.replace("/open:", "/missing:");
    const key = `${desk.namespace}.test/stocked`;
    const stock = {
      name: "rights",
      images: [app, open],
      nodes,
      secrets: ["alice"],
      spec: { nodeLabels: { [key]: "yes" } },
    };
    const run = async (exitCode: number, ...args: readonly string[]): Promise<LarderRun> => {
      const done = await desk.runCli(args);
      expect(done.exitCode, `${args.join(" ")}\n${done.stdout}${done.stderr}`).toBe(exitCode);
      return done;
    };
    const file = await desk.stockFile(stock);
    const other = await desk.stockFile({ ...stock, images: [missing], secrets: [] });
    await run(0, "render", "-f", file);
    await run(1, "up", "-f", other, "--method", "hybrid", "--wait", "--timeout", "60s");
    await run(0, "up", "-f", file, "--method", "hybrid", "--wait", "--label-nodes", "--timeout", "60s");
    expect(await leftovers(desk, [key])).toContain(`Node kubelet-1-34 ${key}`);
    await run(0, "up", "-f", other, "--method", "hybrid");
    await run(0, "status", "-n", desk.namespace);
    await run(0, "status", "-n", desk.namespace, "kubelet-1-34");
    await run(0, "up", "-f", file, "--method", "cri");
    await run(0, "await", "-n", desk.namespace, "--label-nodes", "--timeout", "60s");
    await run(0, "up", "-f", other, "--method", "kubelet");
    await run(0, "up", "-f", file, "--method", "hybrid");
    await run(0, "down", "-f", file, "--wait");
    expect(await leftovers(desk, [key])).toEqual([]);
    const granted = new Set((await Promise.all(everyRole.files.map(grantedBy))).flat());
    expect([...(await askedBy(desk, size))].toSorted()).toEqual([...granted].toSorted());
  });

  it("for a namespace that is made and deleted suffice for all commands, and nothing is left", async () => {
    const desk = await openDesk({ rights: { files: ["own-namespaces", "pull-secrets"] }, hasNoNamespaces: true });
    const [app = ""] = await desk.space.images(["app"]);
    const file = await desk.stockFile({
      name: "whole",
      images: [app],
      nodes,
      secrets: ["alice"],
      spec: { method: "hybrid" },
    });
    const up = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "90s"]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
    const down = await desk.runCli(["down", "-f", file, "--wait"]);
    expect(down.exitCode, down.stdout + down.stderr).toBe(0);
    expect(await leftovers(desk)).toEqual([]);
  });

  const without: readonly [RoleFile, verb: string, resource: string, ...args: string[]][] = [
    ["up", "list", "nodes", "up"],
    ["up", "patch", "daemonsets", "up"],
    ["up", "list", "secrets", "up"],
    ["pull-secrets", "get", "secrets", "up"],
    ["await", "get", "configmaps", "up", "--wait", "--timeout", "30s"],
    ["down", "deletecollection", "configmaps", "down"],
  ];

  it.each(without)(
    "without that of %s to %s %s end the command with 1 and a sentence",
    async (from, verb, resource, ...args) => {
      // What one file takes away another may give: nodes are listed by several commands.
      const files: RoleFile[] = from === "down" ? ["up", "down", "pull-secrets"] : ["up", "pull-secrets"];
      if (from === "await") files.push("await");
      const desk = await openDesk({ rights: { files, without: { file: from, verb, resource } } });
      const [app = ""] = await desk.space.images(["app"]);
      const file = await desk.stockFile({ name: "less", images: [app], nodes, secrets: ["alice"] });
      if (args[0] === "down") await desk.runCli(["up", "-f", file]);
      const [command = "", ...more] = args;
      const run = await desk.runCli([command, "-f", file, ...more]);
      expect(run.exitCode, run.stdout + run.stderr).toBe(1);
      const sentence = new RegExp(`^larder: cannot .*cannot ${verb} resource "${resource}"`, "m");
      expect(run.stderr).toMatch(sentence);
    },
  );
});
