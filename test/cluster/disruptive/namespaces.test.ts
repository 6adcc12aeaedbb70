/** Namespaces and Stocks that go away while somebody uses them. */
import { expect, it } from "vitest";
import { core } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { openLarderDesk } from "../harness/larder-desk.ts";
import { manyShelves, shelvesOf } from "../harness/many-shelves.ts";
import { openSpace } from "../harness/space.ts";
import { daemonSetsIn, inventoriesIn, keepNamespace } from "../harness/stock-objects.ts";

const nodes = { names: ["kubelet-1-35"] };

it("a Stock that is taken down while it is put up leaves nothing", async () => {
  const [space, desk] = [await openSpace(), await openLarderDesk()];
  const { namespace } = space;
  const file = await manyShelves(desk, space, namespace, 30);
  const up = desk.run(["up", "-f", file]);
  await eventually("the first shelf", async () => (await daemonSetsIn(namespace, "shelves"))[0]);
  const down = await desk.run(["down", "-f", file, "--wait"]);
  expect(down.exitCode, down.stderr).toBe(0);
  const { exitCode, stderr } = await up;
  expect(stderr).toBe(
    "larder: cannot put up the Stock shelves: somebody took it down in the meantime, and nothing of it is left\n",
  );
  expect(exitCode).toBe(1);
  expect([...(await daemonSetsIn(namespace, "shelves")), ...(await inventoriesIn(namespace))]).toEqual([]);
});

it("a namespace that is deleted while up runs ends it with the server's words, and the next up makes it anew", async () => {
  const [space, desk] = [await openSpace(), await openLarderDesk()];
  const namespace = `${space.namespace}-own`;
  const file = await manyShelves(desk, space, namespace);
  const up = desk.run(["up", "-f", file]);
  await eventually("the first shelf", async () => (await daemonSetsIn(namespace, "shelves"))[0]);
  await core.deleteNamespace({ name: namespace });
  const { exitCode, stderr } = await up;
  expect(exitCode, stderr).toBe(1);
  expect(stderr).toMatch(/^larder: cannot [^\n]*\n$/);
  expect(stderr).toContain(namespace);

  const again = await desk.run(["up", "-f", file]);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(await daemonSetsIn(namespace, "shelves")).toHaveLength(await shelvesOf(file, desk));
  expect((await desk.run(["down", "-f", file])).exitCode).toBe(0);
});

it("a namespace that is still being deleted is waited for, but not for ever", async () => {
  const [space, desk] = [await openSpace(), await openLarderDesk()];
  const namespace = `${space.namespace}-own`;
  const [app = ""] = await space.images(["app"], { registry: "open" });
  const impatient = await desk.stock("impatient", namespace, { images: [app], nodes, timeout: "2s" });
  const patient = await desk.stock("patient", namespace, { images: [app], nodes });
  expect((await desk.run(["up", "-f", patient])).exitCode).toBe(0);
  const letGo = await keepNamespace(namespace);
  expect((await desk.run(["down", "-f", patient])).exitCode).toBe(0);

  const given = await desk.run(["up", "-f", impatient]);
  expect(given.exitCode, given.stderr).toBe(3);
  expect(given.stderr).toBe(
    `larder: the namespace ${namespace} is still being deleted; waiting for it to go\n` +
      `larder: cannot create the namespace ${namespace}: the namespace of this name is still being deleted; kubectl describe namespace ${namespace} says what keeps it\n`,
  );
  const stopped = await desk.stop(["up", "-f", patient], ({ says }) => says("waiting for it to go"));
  expect([stopped.exitCode, await desk.leftBehind()]).toEqual([130, []]);

  const waiting = desk.run(["up", "-f", patient, "--wait"]);
  await letGo();
  const { exitCode, stderr } = await waiting;
  expect(exitCode, stderr).toBe(0);
  expect((await desk.run(["down", "-f", patient])).exitCode).toBe(0);
});
