import { describe, expect, it } from "vitest";
import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { CANARY_LABEL } from "#domain/guard/canary.ts";
import type { Guard } from "#domain/guard/guard.ts";
import { CONTENT_ANNOTATION } from "#domain/manifests/labels.ts";
import { fail } from "#domain/result.ts";
import type { ApiAnswer, WriteOptions } from "#ports/kubernetes.ts";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { guardOff } from "./guard-off.ts";
import { guardOn } from "./guard-on.ts";
import { guardStatus } from "./guard-status.ts";

const guard: Guard = {
  name: "qa",
  stocks: ["qa"],
  ownNamespaces: ["larder"],
  images: ["quay.io/acme/app:1"],
  allowed: [],
  namespaces: [],
  selector: [],
  mode: "deny",
};

/** An API server that acts by a guard some requests after it was applied, as a real one does. */
class GuardingKubernetes extends FakeKubernetes {
  /** Requests until it acts by what was applied; Infinity: never. */
  delay = 3;
  words = "a policy of somebody else refuses it";
  refusesOtherwise = false;
  hasPolicies = true;

  override async serves(apiVersion: string, resource: string, signal: AbortSignal): Promise<ApiAnswer<boolean>> {
    const served = await super.serves(apiVersion, resource, signal);
    return served.ok && !this.hasPolicies ? { ok: true, value: false } : served;
  }

  override async create(object: ApiObject, options: WriteOptions, signal: AbortSignal): Promise<ApiAnswer<ApiObject>> {
    expect(options.isDryRun).toBe(true);
    if (this.refusesOtherwise) return fail(this.#refusal(this.words));
    const content = object.metadata.labels?.[CANARY_LABEL];
    const [policy] = this.all("validatingadmissionpolicies");
    const isSame = policy?.metadata.annotations?.[CONTENT_ANNOTATION] === content;
    if (!isSame || this.delay-- > 0 || JSON.stringify(object).includes("/listed:")) return { ok: true, value: object };
    return fail(this.#refusal("ValidatingAdmissionPolicy 'larder-qa' with binding 'larder-qa-canary' denied request"));
  }

  #refusal(message: string): ApiFailure {
    return { kind: "forbidden", action: "create Pod", message };
  }
}

async function within<T>(ms: number, clock: VirtualClock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = clock.deadline(ms);
  return clock.run(work(deadline.signal).finally(() => deadline.dispose()));
}

describe("putting a guard up", () => {
  it("returns when the API server acts by it, and shows it", async () => {
    const [api, clock] = [new GuardingKubernetes(), new VirtualClock()];
    const done = await within(60_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    expect(done.ok).toBe(true);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(750);
    api.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", namespace: "team" },
      spec: { containers: [{ image: "quay.io/acme/app:1" }, { image: "x" }] },
    });
    api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
    const status = await guardStatus(undefined, api, new AbortController().signal);
    expect(status).toMatchObject({
      ok: true,
      value: [
        {
          name: "qa",
          mode: "deny",
          images: 1,
          isEnforced: true,
          guarded: ["team"],
          unlisted: [{ namespace: "team", pod: "a", images: ["x"] }],
        },
      ],
    });
  });

  it("replaces one, and removes what it no longer needs", async () => {
    const [api, clock] = [new GuardingKubernetes(), new VirtualClock()];
    const pullPolicies = { Never: ["quay.io/acme/app:1"], IfNotPresent: [], Always: [] };
    api.delay = Number.POSITIVE_INFINITY;
    await within(1_000, clock, (signal) => guardOn({ ...guard, pullPolicies }, { api, clock }, signal));
    expect(api.all("mutatingadmissionpolicies")).toHaveLength(1);
    api.delay = 0;
    const done = await within(60_000, clock, (signal) => guardOn({ ...guard, mode: "warn" }, { api, clock }, signal));
    expect(done.ok).toBe(true);
    expect(api.all("mutatingadmissionpolicies")).toEqual([]);
    expect(api.all("mutatingadmissionpolicybindings")).toEqual([]);
    const [binding] = api.all("validatingadmissionpolicybindings");
    expect(binding?.["spec"]).toMatchObject({ validationActions: ["Warn"] });
  });

  it("says so when the deadline passes, with the API server's last words", async () => {
    const [api, clock] = [new GuardingKubernetes(), new VirtualClock()];
    api.delay = Number.POSITIVE_INFINITY;
    const late = await within(5_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    expect(late).toEqual({
      ok: false,
      error: { kind: "unproven", words: "a pod with an unlisted image was let in" },
    });
    api.refusesOtherwise = true;
    const other = await within(5_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    expect(other).toEqual({ ok: false, error: { kind: "unproven", words: api.words } });
  });

  it("does not wait where it may not try a pod", async () => {
    const [api, clock] = [new GuardingKubernetes(), new VirtualClock()];
    api.refusesOtherwise = true;
    api.words = 'User "x" cannot create resource "pods" in API group "" in the namespace "default"';
    const done = await within(60_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    expect(done).toMatchObject({ ok: false, error: { kind: "api", failure: { kind: "forbidden" } } });
    expect(clock.monotonic()).toBe(0);
    const off = await within(60_000, clock, (signal) => guardOff("qa", { api, clock }, signal));
    expect(off).toEqual({ ok: true, value: { objects: 3 } });
  });

  it("changes nothing where the API server has no such policies", async () => {
    const clock = new VirtualClock();
    const api = new GuardingKubernetes({ version: { major: 1, minor: 29, text: "v1.29.14" } });
    api.hasPolicies = false;
    const done = await within(60_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    expect(done).toEqual({ ok: false, error: { kind: "unserved", policy: "validating", version: "v1.29.14" } });
    expect(api.calls.some(({ verb }) => verb === "apply")).toBe(false);
  });
});

describe("taking a guard away", () => {
  it("removes all of it, and is content where there is none", async () => {
    const [api, clock] = [new GuardingKubernetes(), new VirtualClock()];
    await within(60_000, clock, (signal) => guardOn(guard, { api, clock }, signal));
    const off = () => within(60_000, clock, (signal) => guardOff("qa", { api, clock }, signal));
    expect(await off()).toEqual({ ok: true, value: { objects: 3 } });
    expect(await off()).toEqual({ ok: true, value: { objects: 0 } });
    expect(api.all("validatingadmissionpolicies")).toEqual([]);
  });
});
