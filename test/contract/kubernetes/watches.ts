import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Change, ListQuery } from "#ports/kubernetes.ts";
import type { ApiBench } from "../kubernetes-api.contract.ts";
import { configMap, inTime, named, nameOf } from "./config-map.ts";

export function describeWatches(bench: () => ApiBench): void {
  /** Starts to watch names, and waits for the list. */
  async function watched(query: ListQuery) {
    const changes: Change<string>[] = [];
    const end = new AbortController();
    const done = bench().api.watch(query, nameOf, (change) => changes.push(change), end.signal);
    onTestFinished(() => end.abort());
    await vi.waitFor(() => expect(changes).toHaveLength(1), { timeout: 30_000 });
    const seen = (expected: readonly Change<string>[]) =>
      vi.waitFor(() => expect(changes.slice(1)).toEqual(expected), { timeout: 30_000 });
    return { changes, end, done, seen };
  }

  describe("a watch", () => {
    test("gives what is there, then what changes and goes, and ends with its signal", async () => {
      const { api, namespace } = bench();
      const labels = { set: "watched" };
      await api.apply(configMap(namespace, "w-old", { labels }), {}, inTime());
      const { changes, seen, end, done } = await watched({
        resource: "configmaps",
        namespace,
        labelSelector: "set=watched",
      });
      expect(changes).toEqual([{ kind: "listed", items: ["w-old"] }]);
      await api.apply(configMap(namespace, "w-other"), {}, inTime());
      await api.apply(configMap(namespace, "w-new", { labels }), {}, inTime());
      await api.apply(configMap(namespace, "w-new", { labels, data: { a: "1" } }), {}, inTime());
      await api.delete(named(namespace, "w-old"), {}, inTime());
      await seen([
        { kind: "changed", item: "w-new" },
        { kind: "changed", item: "w-new" },
        { kind: "deleted", item: "w-old" },
      ]);
      end.abort();
      expect(await done).toEqual({ ok: true, value: undefined });
    });

    test("takes what its selector finds no more for gone", async () => {
      const { api, namespace } = bench();
      await api.apply(configMap(namespace, "leaves", { labels: { set: "left" } }), {}, inTime());
      const { seen } = await watched({ resource: "configmaps", namespace, labelSelector: "set=left" });
      await api.patch(named(namespace, "leaves"), { metadata: { labels: { set: "elsewhere" } } }, inTime());
      await seen([{ kind: "deleted", item: "leaves" }]);
    });

    test("of one object sees no other", async () => {
      const { api, namespace } = bench();
      const { changes, seen } = await watched({
        resource: "configmaps",
        namespace,
        fieldSelector: "metadata.name=only",
      });
      expect(changes).toEqual([{ kind: "listed", items: [] }]);
      await api.apply(configMap(namespace, "not-only"), {}, inTime());
      await api.apply(configMap(namespace, "only"), {}, inTime());
      await seen([{ kind: "changed", item: "only" }]);
    });

    test("that was stopped before it began ends at once", async () => {
      const { api, namespace } = bench();
      const query = { resource: "configmaps", namespace } as const;
      expect(await api.watch(query, nameOf, () => {}, AbortSignal.abort())).toEqual({ ok: true, value: undefined });
    });
  });
}
