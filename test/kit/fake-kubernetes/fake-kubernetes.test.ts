/** What tests of workflows rely on beyond the contract: how the fake fails, and how it plays the rest of a cluster. */
import { expect, it } from "vitest";
import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";
import type { Change } from "../../../src/ports/kubernetes.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { FakeKubernetes } from "./fake-kubernetes.ts";

const { signal } = new AbortController();
const daemonSet = (image: string): ApiObject => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "shelf", namespace: "default" },
  spec: { image },
});
const target = { resource: "daemonsets", namespace: "default", name: "shelf" } as const;

/** What comes of promises that are ready. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

it("fails the call that a test names, and no other", async () => {
  const fake = new FakeKubernetes();
  fake.failNext({ kind: "forbidden", message: "no" }, ({ verb }) => verb === "apply");
  expect((await fake.get(target, signal)).ok).toBe(false);
  expect(await fake.apply(daemonSet("a"), {}, signal)).toMatchObject({ error: { kind: "forbidden", message: "no" } });
  expect((await fake.apply(daemonSet("a"), {}, signal)).ok).toBe(true);
  expect(fake.calls.map(({ verb }) => verb)).toEqual(["get", "apply", "apply"]);
});

it("counts generations, and has the time of its clock", async () => {
  const clock = new VirtualClock(0);
  const fake = new FakeKubernetes({ now: () => clock.now() });
  await fake.apply(daemonSet("a"), {}, signal);
  fake.put({ ...daemonSet("a"), status: { ready: 1 } });
  expect(fake.all("daemonsets")[0]?.metadata).toMatchObject({
    generation: 1,
    creationTimestamp: "1970-01-01T00:00:00Z",
  });
  const again = await fake.apply(daemonSet("b"), {}, signal);
  expect(again).toMatchObject({ value: { metadata: { generation: 2 }, status: { ready: 1 } } });
});

it.each([false, true])(
  "lets watches wait while it is away, and lists anew where versions have expired: %s",
  async (isExpired) => {
    const fake = new FakeKubernetes();
    const changes: Change<string>[] = [];
    const end = new AbortController();
    const done = fake.watch(
      { resource: "nodes" },
      ({ metadata }) => metadata.name,
      (change) => changes.push(change),
      end.signal,
    );
    await settled();
    fake.interrupt();
    fake.put({ apiVersion: "v1", kind: "Node", metadata: { name: "n" } });
    await settled();
    expect(changes.map(({ kind }) => kind)).toEqual(["listed", "interrupted"]);
    expect(await fake.version(signal)).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    fake.resume({ isExpired });
    await settled();
    expect(changes.at(-1)).toEqual(isExpired ? { kind: "listed", items: ["n"] } : { kind: "changed", item: "n" });
    end.abort();
    expect(await done).toEqual({ ok: true, value: undefined });
  },
);

it("takes away what a deleted object owns, unless it is to be orphaned", async () => {
  for (const propagation of ["Background", "Orphan"] as const) {
    const fake = new FakeKubernetes();
    const applied = await fake.apply(daemonSet("a"), {}, signal);
    const uid = (applied.ok && applied.value.metadata.uid) || "";
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "shelf", uid }];
    fake.put({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default", ownerReferences } });
    await fake.delete(target, { propagation }, signal);
    expect(fake.all("pods")).toHaveLength(propagation === "Orphan" ? 1 : 0);
  }
});
