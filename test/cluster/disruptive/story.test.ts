/** The problem that Larder is there for, from its beginning to its end, as a team would live through it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LOCKED_REGISTRY } from "../../../cluster/network/addresses.ts";
import { startPartAgain } from "../../../cluster/nodes/start.ts";
import { stopDaemon } from "../../../cluster/processes/daemon.ts";
import { accounts } from "../../../cluster/registries/registries.ts";
import { admission, cluster, core } from "../harness/cluster.ts";
import { openLarderDesk } from "../harness/larder-desk.ts";
import { askKubelet } from "../harness/pods.ts";
import { openSpace, type Space } from "../harness/space.ts";
import { useNode } from "../harness/use-node.ts";

const old = useNode("story-1-34", { version: "1.34" });
const mounting = useNode("story-1-35", { version: "1.35", runtime: "containerd-2.2" });
const newest = useNode("story-1-37", { version: "1.37", runtime: "containerd-2.2" });

interface PolicyResult {
  readonly images: readonly { readonly image: string; readonly policy: string | null; readonly reason: string }[];
}

it("images that were prefetched are poisoned, proven, repaired and guarded, and nothing is left", {
  timeout: 600_000,
}, async () => {
  const nodes = [old().name, mounting().name, newest().name];
  const verifying = nodes.slice(1);
  const space = await openSpace();
  const tests = await openSpace();
  for (const place of [space, tests]) await place.pullSecret("alice");
  const { app, twin, other, open, unlisted } = await imagesOf(space);
  const desk = await openLarderDesk();
  const name = `story-${space.namespace}`;
  const home = `${space.namespace}-larder`;
  const file = await desk.stock(name, home, {
    images: [app, twin, other, open],
    pullSecrets: [`${space.namespace}/alice`],
    method: "cri",
    nodes: { names: nodes },
  });
  const larder = async (...args: readonly string[]) => {
    const run = await desk.run(args);
    return { ...run, said: `${run.stdout}${run.stderr}` };
  };
  const verdicts = async (...args: readonly string[]) => {
    const run = await larder("verify", "-f", file, "--report", "ndjson=verdicts.ndjson", ...args);
    const lines = (await readFile(join(desk.folder, "verdicts.ndjson"), "utf8")).trim().split("\n");
    const latest = new Map<string, string>();
    for (const line of lines.map((text) => JSON.parse(text) as Record<string, string>)) {
      if (line["kind"] === "verdict") latest.set(`${line["node"]} ${line["image"]}`, line["verdict"] ?? "");
    }
    return { ...run, bad: [...latest].filter(([, verdict]) => verdict !== "served").toSorted() };
  };
  const policies = async () => {
    const run = await larder("policy", "-f", file, "--verdicts", "verdicts.ndjson", "--output", "json");
    return new Map((JSON.parse(run.stdout) as PolicyResult).images.map((one) => [one.image, one]));
  };

  const up = await larder("up", "-f", file);
  expect(up.exitCode, up.said).toBe(0);
  const stocked = await larder("await", "-f", file, "--report", "junit=stocked.xml");
  expect(stocked.exitCode, stocked.said).toBe(0);
  const before = await verdicts();
  expect([before.exitCode, before.bad], before.said).toEqual([0, []]);

  for (const node of nodes) {
    const foreign = await askKubelet(space, { node, image: twin, pullPolicy: "Always", secret: "alice" });
    expect(foreign).toEqual({ reason: "runs", message: "" });
  }
  const poisoned = await verdicts();
  expect([poisoned.exitCode, poisoned.bad], poisoned.said).toEqual([
    1,
    verifying.map((node) => [`${node} ${app}`, "refused"]).toSorted(),
  ]);
  const then = await policies();
  expect(then.get(app)?.policy).toBe("IfNotPresent");
  expect(then.get(app)?.reason).toContain("the kubelet refuses it");
  expect([twin, other, open].map((image) => then.get(image)?.policy)).toEqual(["Never", "Never", "Never"]);

  const repaired = await verdicts("--repair");
  expect([repaired.exitCode, repaired.bad], repaired.said).toEqual([0, []]);
  expect(Array.from((await policies()).values(), ({ policy }) => policy)).toEqual(Array(4).fill("Never"));

  await stopDaemon(cluster, `${mounting().name}.kubelet`);
  await startPartAgain(cluster, mounting(), "kubelet");
  for (const place of [space, tests]) await rotate(place.namespace);
  const again = await larder("up", "-f", file, "--wait");
  expect(again.exitCode, again.said).toBe(0);
  const after = await verdicts("--repair");
  expect([after.exitCode, after.bad], after.said).toEqual([0, []]);

  const on = await larder("guard", "on", "-f", file, "--namespaces", tests.namespace);
  expect(on.exitCode, on.said).toBe(0);
  const refused = await askKubelet(tests, { node: nodes[1] ?? "", image: unlisted, pullPolicy: "Never" }).catch(
    (error: unknown) => String(error),
  );
  expect(refused).toMatch(new RegExp(`${unlisted} of container main is on no list of Stock ${name}`));
  for (const node of nodes) {
    for (const pullPolicy of ["Never", "IfNotPresent"] as const) {
      for (const image of [app, twin, other]) {
        const asked = await askKubelet(tests, { node, image, pullPolicy, secret: "alice" });
        expect(asked, `${image} on ${node} with ${pullPolicy}`).toEqual({ reason: "runs", message: "" });
      }
    }
  }

  const down = await larder("down", "-f", file, "--wait");
  expect(down.exitCode, down.said).toBe(0);
  const off = await larder("guard", "off", "-f", file);
  expect(off.exitCode, off.said).toBe(0);
  expect(await leftOf(name, home)).toEqual([]);
  expect(await desk.leftBehind()).toEqual([]);
});

async function imagesOf(space: Space) {
  const [app = "", twin = ""] = await space.images(["app", "twin"]);
  const [other = ""] = await space.images(["other"]);
  const [open = ""] = await space.images(["open"], { registry: "open" });
  const [unlisted = ""] = await space.images(["unlisted"], { registry: "open" });
  return { app, twin, other, open, unlisted };
}

/** Another account, under the same name. */
async function rotate(namespace: string): Promise<void> {
  const auths = { [LOCKED_REGISTRY]: { username: "bob", password: accounts.bob } };
  const text = Buffer.from(JSON.stringify({ auths })).toString("base64");
  const secret = await core.readNamespacedSecret({ name: "alice", namespace });
  await core.replaceNamespacedSecret({
    name: "alice",
    namespace,
    body: Object.assign(secret, { data: { ".dockerconfigjson": text } }),
  });
}

/** What there still is of a Stock and its guard, anywhere in the cluster. */
async function leftOf(stock: string, namespace: string): Promise<string[]> {
  const labelSelector = `larder.dev/stock=${stock}`;
  const [pods, secrets, configMaps, namespaces] = await Promise.all([
    core.listPodForAllNamespaces({ labelSelector }),
    core.listSecretForAllNamespaces({ labelSelector }),
    core.listConfigMapForAllNamespaces({ labelSelector }),
    core.listNamespace(),
  ]);
  const objects = [...pods.items, ...secrets.items, ...configMaps.items].map(({ metadata }) => metadata?.name ?? "");
  const places = namespaces.items.flatMap(({ metadata }) => metadata?.name ?? []);
  const policies = await admission.listValidatingAdmissionPolicy();
  const bindings = await admission.listValidatingAdmissionPolicyBinding();
  return [
    ...objects,
    ...places.filter((place) => place.startsWith(namespace)),
    ...[...policies.items, ...bindings.items].flatMap(({ metadata }) =>
      metadata?.name?.includes(stock) ? [metadata.name] : [],
    ),
  ];
}
