import { describe, expect, test } from "vitest";
import type { ApiBench } from "../kubernetes-api.contract.ts";
import { configMap, inTime, named, nameOf } from "./config-map.ts";

/** More than a page has. */
const MANY = 503;

export function describeReads(bench: () => ApiBench): void {
  describe("reads", () => {
    test("the server's version, its groups, and what it serves", async () => {
      const { api } = bench();
      expect(await api.version(inTime())).toEqual({
        ok: true,
        value: { major: 1, minor: expect.any(Number), text: expect.stringMatching(/^v1\.\d+\./) },
      });
      const groups = await api.groups(inTime());
      expect(groups.ok && groups.value).toContain("apps");
      expect(await api.serves("apps/v1", "daemonsets", inTime())).toEqual({ ok: true, value: true });
      expect(await api.serves("v1", "pods", inTime())).toEqual({ ok: true, value: true });
      expect(await api.serves("apps/v1", "shelves", inTime())).toEqual({ ok: true, value: false });
      expect(await api.serves("larder.invalid/v1", "shelves", inTime())).toEqual({ ok: true, value: false });
    });

    test("get gives an object with its kind", async () => {
      const { api, namespace } = bench();
      await api.create(configMap(namespace, "got", { data: { a: "1" } }), {}, inTime());
      const got = await api.get(named(namespace, "got"), inTime());
      expect(got).toMatchObject({
        ok: true,
        value: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "got", namespace }, data: { a: "1" } },
      });
    });

    test("what is not there is not found, whatever is asked of it", async () => {
      const { api, namespace } = bench();
      const absent = named(namespace, "absent");
      for (const answer of [
        await api.get(absent, inTime()),
        await api.get(named("no-such-namespace", "absent"), inTime()),
        await api.patch(absent, { data: {} }, inTime()),
        await api.readLog({ namespace, pod: "absent", container: "main" }, () => {}, inTime()),
        await api.create(configMap("no-such-namespace", "new"), {}, inTime()),
      ]) {
        expect(answer).toMatchObject({
          ok: false,
          error: {
            kind: "not-found",
            message: expect.stringMatching(/" not found$/),
            action: expect.stringMatching(/./),
          },
        });
      }
    });

    test("a list has all pages, in any namespace it is asked for, and only what is kept", async () => {
      const { api, namespace } = bench();
      const names = Array.from({ length: MANY }, (_, index) => `many-${String(index).padStart(4, "0")}`);
      const labels = { set: "many" };
      await inTurns(names, (name) => api.create(configMap(namespace, name, { labels }), {}, inTime()));
      const query = { resource: "configmaps", labelSelector: "set=many" } as const;
      const listed = await api.list({ ...query, namespace }, nameOf, inTime());
      expect(listed.ok && listed.value.toSorted()).toEqual(names);
      const everywhere = await api.list(query, nameOf, inTime());
      expect(everywhere.ok && everywhere.value).toHaveLength(MANY);
      const kept = await api.list(
        query,
        (object) => (nameOf(object)?.endsWith("7") ? object.kind : undefined),
        inTime(),
      );
      expect(kept).toEqual({ ok: true, value: names.filter((name) => name.endsWith("7")).map(() => "ConfigMap") });
      expect(await api.list({ ...query, namespace: "no-such-namespace" }, nameOf, inTime())).toEqual({
        ok: true,
        value: [],
      });
    });

    test.each([
      ["set=chosen", ["chosen-a", "chosen-b", "chosen-c"]],
      ["set=chosen,color=red", ["chosen-a"]],
      ["set=chosen,color!=red", ["chosen-b", "chosen-c"]],
      ["set=chosen,color in (red,blue)", ["chosen-a", "chosen-b"]],
      ["set=chosen,color notin (red,blue)", ["chosen-c"]],
      ["set=chosen,color", ["chosen-a", "chosen-b"]],
      ["set=chosen,!color", ["chosen-c"]],
    ])("labels are selected by %s", async (labelSelector, expected) => {
      const { api, namespace } = bench();
      for (const [name, color] of Object.entries({ "chosen-a": "red", "chosen-b": "blue", "chosen-c": undefined })) {
        const labels = { set: "chosen", ...(color !== undefined && { color }) };
        await api.apply(configMap(namespace, name, { labels }), {}, inTime());
      }
      const listed = await api.list({ resource: "configmaps", namespace, labelSelector }, nameOf, inTime());
      expect(listed.ok && listed.value.toSorted()).toEqual(expected);
    });

    test("fields are selected", async () => {
      const { api, namespace } = bench();
      await api.apply(configMap(namespace, "field-a"), {}, inTime());
      await api.apply(configMap(namespace, "field-b"), {}, inTime());
      const query = { resource: "configmaps", namespace, fieldSelector: "metadata.name=field-b" } as const;
      expect(await api.list(query, nameOf, inTime())).toEqual({ ok: true, value: ["field-b"] });
    });

    test("the log of a container comes from its beginning", async () => {
      const { api, namespace, startSpeaker } = bench();
      const text = `first line\n${"x".repeat(100_000)}\nlast line\n`;
      await startSpeaker(text);
      const pieces: Uint8Array[] = [];
      const speaker = { namespace, pod: "speaker", container: "main" };
      expect(await api.readLog(speaker, (piece) => pieces.push(piece), inTime())).toEqual({
        ok: true,
        value: undefined,
      });
      expect(Buffer.concat(pieces).toString()).toBe(text);
    });

    test("a call whose signal has aborted says so", async () => {
      const { api, namespace } = bench();
      expect(await api.get(named(namespace, "got"), AbortSignal.abort())).toMatchObject({
        ok: false,
        error: { kind: "aborted" },
      });
    });
  });
}

async function inTurns(names: readonly string[], make: (name: string) => Promise<unknown>): Promise<void> {
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await make(name);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
