/** An API server that goes away and comes back under Larder's client. */
import { expect, it } from "vitest";
import { waitForApi } from "../../../cluster/control-plane/start.ts";
import { startAgain, stopDaemon } from "../../../cluster/processes/daemon.ts";
import type { Change } from "../../../src/ports/kubernetes.ts";
import { configMap, inTime, named, nameOf } from "../../contract/kubernetes/config-map.ts";
import { openApi } from "../harness/api.ts";
import { cluster } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { openSpace } from "../harness/space.ts";

it("a watch and a call outlive a restart of the API server, and nothing is missed", async () => {
  const { namespace } = await openSpace();
  const api = await openApi({ patienceMs: 60_000 });
  const end = new AbortController();
  const changes: Change<string>[] = [];
  const query = { resource: "configmaps", namespace, labelSelector: "set=restart" } as const;
  const watched = api.watch(query, nameOf, (change) => changes.push(change), end.signal);
  await eventually("the list", async () => changes[0]);
  await api.apply(configMap(namespace, "before", { labels: { set: "restart" } }), {}, inTime());

  await stopDaemon(cluster, "kube-apiserver");
  const called = api.get(named(namespace, "before"), inTime());
  await eventually("the gap", async () => changes.find(({ kind }) => kind === "interrupted"));
  await startAgain(cluster, "kube-apiserver");
  await waitForApi(cluster);

  expect(await called).toMatchObject({ ok: true, value: { metadata: { name: "before" } } });
  await api.apply(configMap(namespace, "after", { labels: { set: "restart" } }), {}, inTime());
  await api.delete(named(namespace, "before"), {}, inTime());
  await eventually("what happened after the restart", async () => {
    const known = namesKnownFrom(changes);
    return known.length === 1 && known[0] === "after" ? known : undefined;
  });
  expect(changes.filter(({ kind }) => kind === "interrupted")).toHaveLength(1);
  end.abort();
  expect(await watched).toEqual({ ok: true, value: undefined });
  api.close();
});

/** What somebody knows who took all changes. */
function namesKnownFrom(changes: readonly Change<string>[]): string[] {
  let names = new Set<string>();
  for (const change of changes) {
    if (change.kind === "listed") names = new Set(change.items);
    else if (change.kind === "changed") names.add(change.item);
    else if (change.kind === "deleted") names.delete(change.item);
  }
  return [...names];
}
