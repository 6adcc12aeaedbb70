/** Ctrl-C in every command that asks a cluster: it ends at once, leaves nothing on the machine, and the next command works. */
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { core } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { type LarderDesk, openLarderDesk, type StoppedRun } from "../harness/larder-desk.ts";
import { manyShelves, shelvesOf } from "../harness/many-shelves.ts";
import { makeSpace } from "../harness/space.ts";
import { daemonSetsIn, inventoriesIn, isNamespaceThere, keepNamespace } from "../harness/stock-objects.ts";

const space = await makeSpace();
const { namespace } = space;
const nodes = { names: ["kubelet-1-35"] };

afterAll(async () => {
  await core.deleteNamespace({ name: namespace });
});

async function expectStopped(run: StoppedRun, desk: LarderDesk): Promise<void> {
  expect(run.exitCode, run.stderr).toBe(130);
  expect(run.stoppedAfterMs).toBeLessThan(2_000);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expect(await desk.leftBehind()).toEqual([]);
}

/** A registry that takes connections and says nothing. */
async function silentRegistry(): Promise<{ readonly host: string; readonly isAsked: Promise<void> }> {
  const server: Server = createServer();
  const isAsked = new Promise<void>((resolve) => server.on("connection", () => resolve()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { host: `127.0.0.1:${address.port}`, isAsked };
}

it("up, while it plans, changes nothing", async () => {
  const desk = await openLarderDesk();
  const { host, isAsked } = await silentRegistry();
  const auths = { [host]: { username: "a", password: "b" } };
  await core.createNamespacedSecret({
    namespace,
    body: {
      metadata: { name: "silent" },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    },
  });
  const spec = { images: [`${host}/app:1`], pullSecrets: [`${namespace}/silent`], nodes };
  const file = await desk.stock("planned", `${namespace}-planned`, spec);
  await expectStopped(await desk.stop(["up", "-f", file, "--plain-http", host], () => isAsked), desk);
  expect(await isNamespaceThere(`${namespace}-planned`)).toBe(false);
});

it("up, between two shelves, leaves what the next up and down finish", async () => {
  const desk = await openLarderDesk();
  const file = await manyShelves(desk, space, namespace);
  const all = await shelvesOf(file, desk);
  const firstShelf = (): Promise<unknown> =>
    eventually("the first shelf", async () => (await daemonSetsIn(namespace, "shelves"))[0]);
  await expectStopped(await desk.stop(["up", "-f", file], firstShelf), desk);
  expect(await inventoriesIn(namespace)).toEqual(["larder-stock-shelves"]);
  expect((await daemonSetsIn(namespace, "shelves")).length).toBeLessThan(all);

  const again = await desk.run(["up", "-f", file, "--wait"]);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(await daemonSetsIn(namespace, "shelves")).toHaveLength(all);
  const down = await desk.run(["down", "-f", file, "--wait"]);
  expect(down.exitCode, down.stderr).toBe(0);
  expect([...(await daemonSetsIn(namespace, "shelves")), ...(await inventoriesIn(namespace))]).toEqual([]);
});

it("up --wait, await and status --watch tell what they know, and the Stock stays", async () => {
  const desk = await openLarderDesk();
  const [app = ""] = await space.images(["app"], { registry: "open" });
  const missing = app.replace("/app:1", "/missing:1");
  const file = await desk.stock("waiting", namespace, { images: [app, missing], nodes, grace: "10m" });
  for (const command of [["up", "--wait"], ["await"]]) {
    const report = `${command[0]}.xml`;
    const args = [...command, "-f", file, "--output", "ndjson", "--report", `junit=${report}`];
    const run = await desk.stop(args, ({ says }) => says('"kind":"pull-failed"'));
    await expectStopped(run, desk);
    expect(run.events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "interrupted" });
    expect(await readFile(join(desk.folder, report), "utf8")).toMatch(/<\/testsuites>\s*$/);
  }
  expect((await readdir(desk.folder)).toSorted()).toEqual(["await.xml", "tmp", "up.xml", "waiting.yaml"]);

  const watching = ["status", "--namespace", namespace, "--stock", "waiting", "--watch"];
  await expectStopped(await desk.stop(watching, ({ says }) => says("kubelet-1-35")), desk);
  expect((await desk.run(["down", "-f", file])).exitCode).toBe(0);
});

it("down --wait says what is not gone yet, and the next one waits for it", async () => {
  const desk = await openLarderDesk();
  const own = `${namespace}-own`;
  const [app = ""] = await space.images(["held"], { registry: "open" });
  const file = await desk.stock("held", own, { images: [app], nodes });
  expect((await desk.run(["up", "-f", file])).exitCode).toBe(0);
  const letGo = await keepNamespace(own);
  const isGoing = (): Promise<unknown> =>
    eventually("the deletion", async () => (await core.readNamespace({ name: own })).metadata?.deletionTimestamp);
  const run = await desk.stop(["down", "-f", file, "--wait"], isGoing);
  await expectStopped(run, desk);
  expect(run.stdout).toContain(`not all is gone yet: `);

  const late = await desk.run(["down", "-f", file, "--wait", "--timeout", "3s"]);
  expect(late.exitCode, late.stderr).toBe(3);
  expect(late.stdout).toContain(`the namespace ${own}`);
  const waiting = desk.run(["down", "-f", file, "--wait"]);
  await letGo();
  expect((await waiting).exitCode).toBe(0);
  expect(await isNamespaceThere(own)).toBe(false);
});
