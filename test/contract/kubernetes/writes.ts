import { describe, expect, test } from "vitest";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { ApiBench } from "../kubernetes-api.contract.ts";
import { configMap, inTime, named, nameOf } from "./config-map.ts";

export function describeWrites(bench: () => ApiBench): void {
  const dataOf = async (name: string): Promise<unknown> => {
    const { api, namespace } = bench();
    const got = await api.get(named(namespace, name), inTime());
    return got.ok ? got.value["data"] : got.error.kind;
  };

  describe("apply", () => {
    test("creates, and answers the object as it is now", async () => {
      const { api, namespace } = bench();
      const applied = await api.apply(configMap(namespace, "new", { data: { a: "1" } }), {}, inTime());
      expect(applied).toMatchObject({
        ok: true,
        value: {
          kind: "ConfigMap",
          metadata: {
            name: "new",
            uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
            resourceVersion: expect.stringMatching(/^\d+$/),
            creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          },
          data: { a: "1" },
        },
      });
    });

    test("again changes nothing, not even the version", async () => {
      const { api, namespace } = bench();
      const object = configMap(namespace, "same", { data: { a: "1" }, labels: { l: "m" } });
      const first = await api.apply(object, {}, inTime());
      const second = await api.apply(object, {}, inTime());
      expect(first.ok && second.ok && second.value.metadata.resourceVersion).toBe(
        first.ok && first.value.metadata.resourceVersion,
      );
    });

    test("changes fields, removes those that are no longer applied, and leaves those of others", async () => {
      const { api, namespace } = bench();
      await api.create(configMap(namespace, "shared", { data: { theirs: "1" } }), {}, inTime());
      await api.apply(
        configMap(namespace, "shared", { data: { kept: "1", dropped: "1" }, labels: { a: "b" } }),
        {},
        inTime(),
      );
      const applied = await api.apply(configMap(namespace, "shared", { data: { kept: "2" } }), {}, inTime());
      expect(applied.ok && applied.value["data"]).toEqual({ theirs: "1", kept: "2" });
      expect(applied.ok && applied.value.metadata.labels).toBeUndefined();
    });

    test("takes back what somebody else changed", async () => {
      const { api, namespace } = bench();
      await api.apply(configMap(namespace, "taken", { data: { a: "ours" } }), {}, inTime());
      await api.patch(named(namespace, "taken"), { data: { a: "theirs" } }, inTime());
      await api.apply(configMap(namespace, "taken", { data: { a: "ours" } }), {}, inTime());
      expect(await dataOf("taken")).toEqual({ a: "ours" });
    });

    test("as a dry run keeps nothing", async () => {
      const { api, namespace } = bench();
      const dry = await api.apply(configMap(namespace, "dry", { data: { a: "1" } }), { isDryRun: true }, inTime());
      expect(dry.ok && dry.value["data"]).toEqual({ a: "1" });
      expect(await dataOf("dry")).toBe("not-found");
    });

    test("of an older version is a conflict", async () => {
      const { api, namespace } = bench();
      const first = await api.apply(configMap(namespace, "versioned", { data: { a: "1" } }), {}, inTime());
      if (!first.ok) throw new Error(first.error.message);
      await api.patch(named(namespace, "versioned"), { data: { b: "1" } }, inTime());
      const { resourceVersion = "" } = first.value.metadata;
      const object = configMap(namespace, "versioned", { data: { a: "2" } });
      const late: ApiObject = { ...object, metadata: { ...object.metadata, resourceVersion } };
      expect(await api.apply(late, {}, inTime())).toMatchObject({ ok: false, error: { kind: "conflict" } });
    });

    test.each([
      ["a name", { metadata: { name: "Not_A_Name" } }],
      ["a label", { metadata: { name: "labelled", labels: { l: "not a label" } } }],
    ])("refuses %s that cannot be one", async (_, { metadata }) => {
      const { api, namespace } = bench();
      const object: ApiObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, ...metadata } };
      expect(await api.apply(object, {}, inTime())).toMatchObject({ ok: false, error: { kind: "invalid" } });
    });
  });

  describe("create", () => {
    test("makes a new object for a generated name each time", async () => {
      const { api, namespace } = bench();
      const object: ApiObject = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace, generateName: "probe-" },
      };
      const names = [await api.create(object, {}, inTime()), await api.create(object, {}, inTime())].map(
        (created) => created.ok && nameOf(created.value),
      );
      expect(names).toEqual([expect.stringMatching(/^probe-.{5}$/), expect.stringMatching(/^probe-.{5}$/)]);
      expect(names[0]).not.toBe(names[1]);
    });

    test("says that an object of this name is there already", async () => {
      const { api, namespace } = bench();
      await api.create(configMap(namespace, "twice"), {}, inTime());
      expect(await api.create(configMap(namespace, "twice"), {}, inTime())).toMatchObject({
        ok: false,
        error: { kind: "already-exists", message: 'configmaps "twice" already exists' },
      });
    });

    test("as a dry run keeps nothing", async () => {
      const { api, namespace } = bench();
      expect(await api.create(configMap(namespace, "dry-created"), { isDryRun: true }, inTime())).toMatchObject({
        ok: true,
      });
      expect(await dataOf("dry-created")).toBe("not-found");
    });
  });

  test("a patch sets, changes and removes fields", async () => {
    const { api, namespace } = bench();
    await api.create(
      configMap(namespace, "patched", { data: { kept: "1", changed: "1", removed: "1" } }),
      {},
      inTime(),
    );
    const change = { metadata: { labels: { l: "m" } }, data: { changed: "2", removed: null, added: "1" } };
    expect(await api.patch(named(namespace, "patched"), change, inTime())).toMatchObject({
      ok: true,
      value: { metadata: { labels: { l: "m" } } },
    });
    expect(await dataOf("patched")).toEqual({ kept: "1", changed: "2", added: "1" });
  });

  describe("delete", () => {
    test("removes an object, and one that is not there is done", async () => {
      const { api, namespace } = bench();
      await api.create(configMap(namespace, "gone"), {}, inTime());
      for (const _ of ["first", "second"])
        expect(await api.delete(named(namespace, "gone"), {}, inTime())).toEqual({ ok: true, value: undefined });
      expect(await dataOf("gone")).toBe("not-found");
    });

    test("with a uid removes only this very object", async () => {
      const { api, namespace } = bench();
      const created = await api.create(configMap(namespace, "very"), {}, inTime());
      const uid = (created.ok && created.value.metadata.uid) || "";
      const other = "00000000-0000-4000-8000-ffffffffffff";
      expect(await api.delete(named(namespace, "very"), { uid: other }, inTime())).toMatchObject({
        ok: false,
        error: { kind: "conflict" },
      });
      expect(await api.delete(named(namespace, "very"), { uid }, inTime())).toEqual({ ok: true, value: undefined });
      expect(await dataOf("very")).toBe("not-found");
    });

    test("of all removes what the query finds", async () => {
      const { api, namespace } = bench();
      for (const name of ["all-a", "all-b"])
        await api.apply(configMap(namespace, name, { labels: { set: "all" } }), {}, inTime());
      await api.apply(configMap(namespace, "all-other"), {}, inTime());
      const query = { resource: "configmaps", namespace, labelSelector: "set=all" } as const;
      expect(await api.deleteAll(query, {}, inTime())).toEqual({ ok: true, value: undefined });
      expect(await api.list(query, nameOf, inTime())).toEqual({ ok: true, value: [] });
      expect((await api.get(named(namespace, "all-other"), inTime())).ok).toBe(true);
    });
  });
}
