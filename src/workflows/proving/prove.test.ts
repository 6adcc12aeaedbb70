import { afterEach, describe, expect, it } from "vitest";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { parseDnsLabel } from "#domain/cluster/names.ts";
import { formatSecretName, parseSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import { listAt } from "#domain/json/unknown-value.ts";
import type { Proof } from "#domain/proving/plan.ts";
import { ok } from "#domain/result.ts";
import { emptyVerdicts, foldVerdict, verdictsOf } from "#domain/verdict/fold.ts";
import { VERDICT_SCHEMA, type VerdictBody } from "#domain/verdict/verdict.ts";
import { neverPull, type PodAnswer, type PodQuestion, startKubelets } from "../../../test/kit/fake-kubelets.ts";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { proveStock } from "./prove.ts";
import type { ProvingPlan } from "./proving-plan.ts";

const quay = "ci/quay";
const app = "quay.io/acme/app:1";
const twin = "quay.io/acme/twin:1";

function orThrow<T>(result: { ok: true; value: T } | { ok: false; error: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function secret(text: string): SecretName {
  return orThrow(parseSecretName(text));
}

function proof(written: string, with_: string | null = quay, more: Partial<Proof> = {}): Proof {
  const reference = orThrow(parseImageReference(written));
  const secretName = with_ === null ? null : secret(with_);
  return { image: { reference }, secret: secretName, isPublic: false, isTwoSided: false, ...more };
}

interface Situation {
  readonly proofs: readonly Proof[];
  readonly answer: (question: PodQuestion) => PodAnswer;
  readonly plan?: Partial<ProvingPlan>;
  /** Names in the node's list of images. */
  readonly listed?: readonly string[];
  readonly prepare?: (api: FakeKubernetes, clock: VirtualClock) => void;
  readonly interrupted?: AbortSignal;
}

const endings: AbortController[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end.abort();
});

async function prove({ proofs, answer, plan = {}, listed = [], prepare, interrupted }: Situation) {
  const clock = new VirtualClock();
  const api = new FakeKubernetes({ now: () => clock.now() });
  const end = new AbortController();
  endings.push(end);
  const stock = { name: orThrow(parseDnsLabel("qa")), namespace: orThrow(parseDnsLabel("larder")) };
  api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "larder" } });
  const nodes = plan.nodes ?? [sampleNode({ name: "n1" })];
  for (const { name } of nodes) {
    const images = ["r.io/other:1", ...listed].map((image) => ({ names: [image] }));
    api.put({ apiVersion: "v1", kind: "Node", metadata: { name }, status: { images } });
  }
  prepare?.(api, clock);
  startKubelets(api, clock, answer, end.signal);
  const told: { atMs: number; body: VerdictBody }[] = [];
  const whole: ProvingPlan = {
    larder: "0.0.0",
    stock,
    run: "0b87f2cc-1111",
    nodes,
    proofs,
    larderImage: "r.io/larder:1",
    copyOf: (name) => formatSecretName(name).replace("/", "-"),
    hasSecurityContextConstraints: false,
    isTwoSided: proofs.some(({ isTwoSided }) => isTwoSided),
    isStrict: false,
    isRepairing: false,
    timeoutMs: 300_000,
    ...plan,
  };
  const ports = {
    api,
    clock,
    readSecret: () => ok({ entries: [], unusable: [] }),
    emit: (body: VerdictBody) => void told.push({ atMs: clock.monotonic(), body }),
  };
  const outcome = await clock.run(proveStock(whole, ports, interrupted ?? new AbortController().signal));
  const set = emptyVerdicts();
  for (const { atMs, body } of told) {
    foldVerdict(set, { schema: VERDICT_SCHEMA, run: "r", time: new Date(atMs).toISOString(), ...body });
  }
  const verdicts = verdictsOf(set);
  return {
    api,
    outcome,
    verdicts,
    words: verdicts.map(({ node, image, verdict, protection }) => `${node} ${image} ${verdict} ${protection}`),
    codes: told.flatMap(({ body }) => (body.kind === "warning" ? [body.code] : [])),
    took: clock.monotonic(),
    pods: api.all("pods"),
    created: api.calls.filter(({ verb }) => verb === "create").length,
  };
}

describe("proving", () => {
  it("asks with Never, and gives what the kubelet lets through as served", async () => {
    const asked: PodQuestion[] = [];
    const run = await prove({
      proofs: [proof(app), proof("r.io/open:1", null)],
      answer: (question) => {
        asked.push(question);
        return "runs";
      },
    });
    expect(run.outcome).toBe("proven");
    expect(run.words).toEqual([`n1 ${app} served not-checked`, "n1 r.io/open:1 served not-checked"]);
    expect(asked).toEqual([
      { node: "n1", image: app, policy: "Never", secret: "ci-quay" },
      { node: "n1", image: "r.io/open:1", policy: "Never", secret: null },
    ]);
    expect(run.pods).toEqual([]);
  });

  it.each([
    ["v1.34.4", "/larder/idle", app],
    ["v1.35.4", "r.io/larder:1", undefined],
  ])("runs no code of the image where volumes can be asked for: kubelet %s", async (kubelet, ...expected) => {
    const pods: ApiObject[] = [];
    const run = await prove({
      proofs: [proof(app)],
      answer: () => "runs",
      plan: { nodes: [sampleNode({ name: "n1", kubelet })] },
      prepare: (api) => {
        const create = api.create.bind(api);
        api.create = (object, ...rest) => {
          pods.push(object);
          return create(object, ...rest);
        };
      },
    });
    expect(run.outcome).toBe("proven");
    const text = JSON.stringify(pods[0]?.["spec"]);
    for (const part of expected) if (part !== undefined) expect(text).toContain(part);
    expect(text.includes("initContainers")).toBe(kubelet === "v1.34.4");
  });

  it("tells refused from absent by what the node lists, and gives a new image time to be listed", async () => {
    const withheld = ({ image }: PodQuestion): PodAnswer => neverPull(image);
    const run = await prove({ proofs: [proof(app), proof(twin)], answer: withheld, listed: [app] });
    expect(run.words).toEqual([`n1 ${app} refused not-checked`, `n1 ${twin} absent not-checked`]);
    expect(run.outcome).toBe("unproven");
    expect(run.took).toBeGreaterThanOrEqual(45_000);
    const old = await prove({
      proofs: [proof(twin)],
      answer: withheld,
      plan: { nodes: [sampleNode({ name: "n1", kubelet: "v1.34.4" })] },
    });
    expect(old.words).toEqual([`n1 ${twin} absent not-checked`]);
    expect(old.took).toBeLessThan(5_000);
  });

  it("does not take an image for absent where the node lists only some", async () => {
    const listed = Array.from({ length: 50 }, (_, n) => `r.io/big:${n}`);
    const run = await prove({ proofs: [proof(app)], answer: ({ image }) => neverPull(image), listed });
    expect(run.words).toEqual([`n1 ${app} refused not-checked`]);
    expect(run.verdicts[0]?.reason).toContain("whether it is there cannot be told");
  });

  it.each([
    ["runs", "unprotected", "proven", "unproven"],
    ["withheld", "protected", "proven", "proven"],
    ["silence", "not-checked", "proven", "proven"],
  ] as const)("without the secret: %s is %s", async (without, protection, lenient, strict) => {
    const answer = ({ image, secret: given }: PodQuestion): PodAnswer => {
      if (given !== null || without === "runs") return "runs";
      return without === "silence" ? "silence" : neverPull(image);
    };
    for (const isStrict of [false, true]) {
      const run = await prove({ proofs: [proof(app, quay, { isTwoSided: true })], answer, plan: { isStrict } });
      expect(run.words).toEqual([`n1 ${app} served ${protection}`]);
      expect(run.outcome).toBe(isStrict ? strict : lenient);
    }
  });

  it("asks for images together, and one by one only where some are not given", async () => {
    const containers: number[] = [];
    const bad = "quay.io/acme/i18:1";
    const run = await prove({
      proofs: Array.from({ length: 20 }, (_, n) => proof(`quay.io/acme/i${n}:1`)),
      answer: ({ image }) => (image === bad ? neverPull(image) : "runs"),
      listed: [bad],
      prepare: (api) => {
        const create = api.create.bind(api);
        api.create = (object, ...rest) => {
          containers.push(listAt(object, "spec", "containers").length);
          return create(object, ...rest);
        };
      },
    });
    expect(run.words.filter((line) => line.includes("served"))).toHaveLength(19);
    expect(run.words).toContain(`n1 ${bad} refused not-checked`);
    expect(containers).toEqual([1, 1, 4]);
  });

  it("takes no verdict from a pod whose policy the cluster changed", async () => {
    const run = await prove({
      proofs: [proof(app)],
      answer: () => "runs",
      prepare: (api) => {
        const create = api.create.bind(api);
        api.create = (object, ...rest) =>
          create(JSON.parse(JSON.stringify(object).replaceAll("Never", "Always")) as ApiObject, ...rest);
      },
    });
    expect(run.words).toEqual([`n1 ${app} unknown not-checked`]);
    expect(run.verdicts[0]).toMatchObject({
      cause: "policy-changed",
      reason: expect.stringContaining("changed the pod's pull policy to Always"),
    });
    expect(run.pods).toEqual([]);
  });

  it("says why the cluster takes no probe, in its words", async () => {
    const run = await prove({
      proofs: [proof(app)],
      answer: () => "runs",
      prepare: (api) =>
        api.failNext({ kind: "forbidden", message: "exceeded quota: pods" }, ({ verb }) => verb === "create"),
    });
    expect(run.verdicts[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("exceeded quota: pods"),
    });
    expect(run.outcome).toBe("unproven");
  });

  it("asks again for a pod where the server was away, and makes no second one", async () => {
    const run = await prove({
      proofs: [proof(app)],
      answer: () => "runs",
      prepare: (api) => {
        const create = api.create.bind(api);
        let isFirst = true;
        api.create = async (object, ...rest) => {
          const made = await create(object, ...rest);
          if (!isFirst) return made;
          isFirst = false;
          return { ok: false, error: { kind: "timeout", action: "create Pod", message: "no answer" } };
        };
      },
    });
    expect(run.words).toEqual([`n1 ${app} served not-checked`]);
    expect(run.pods).toEqual([]);
  });

  it("does not wait for nodes that are not ready, nor again and again for one that starts nothing", async () => {
    const away = sampleNode({
      name: "n2",
      conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
    });
    const proofs = Array.from({ length: 80 }, (_, n) => proof(`quay.io/acme/i${n}:1`));
    const run = await prove({ proofs, answer: () => "silence", plan: { nodes: [sampleNode({ name: "n1" }), away] } });
    expect(new Set(run.verdicts.map(({ cause }) => cause))).toEqual(new Set(["node-unavailable"]));
    expect(run.verdicts).toHaveLength(160);
    expect(run.created).toBe(2);
    expect(run.outcome).toBe("unproven");
    expect(run.pods).toEqual([]);
  });

  it("ends at the deadline, and when it is interrupted, with nothing left", async () => {
    const late = await prove({ proofs: [proof(app)], answer: () => "silence", plan: { timeoutMs: 60_000 } });
    expect(late.outcome).toBe("deadline");
    expect(late.verdicts[0]).toMatchObject({ verdict: "unknown", cause: "deadline" });
    expect(late.pods).toEqual([]);
    const controller = new AbortController();
    const cut = await prove({
      proofs: [proof(app)],
      answer: () => "silence",
      interrupted: controller.signal,
      prepare: (_api, clock) => void clock.sleep(3_000).then(() => controller.abort()),
    });
    expect(cut.outcome).toBe("interrupted");
    expect(cut.verdicts[0]).toMatchObject({ verdict: "unknown", cause: "interrupted" });
    expect(cut.pods).toEqual([]);
  });

  it("makes no probe for longer than the run may take", async () => {
    const expiries: string[] = [];
    await prove({
      proofs: [proof(app)],
      answer: () => "silence",
      plan: { timeoutMs: 5_000 },
      prepare: (api) => {
        const create = api.create.bind(api);
        api.create = (object, ...rest) => {
          expiries.push(object.metadata.annotations?.["larder.dev/expires"] ?? "");
          return create(object, ...rest);
        };
      },
    });
    expect(expiries).toEqual(["2026-01-01T00:00:15.000Z"]);
  });

  it("removes probes whose time is over, and leaves those of runs that go on", async () => {
    const left = (name: string, expires: string): ApiObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "larder",
        labels: {
          "app.kubernetes.io/managed-by": "larder",
          "larder.dev/stock": "qa",
          "larder.dev/role": "probe",
          "larder.dev/run": "other",
        },
        annotations: { "larder.dev/expires": expires },
      },
    });
    const run = await prove({
      proofs: [proof(app)],
      answer: () => "runs",
      prepare: (api) => {
        api.put(left("old", "2025-12-31T23:59:00Z"));
        api.put(left("garbled", "soon"));
        api.put(left("going-on", "2026-01-01T00:02:00Z"));
      },
    });
    expect(run.pods.map(({ metadata }) => metadata.name)).toEqual(["going-on"]);
    expect(run.codes).toEqual(["PROBES_REMOVED"]);
  });
});

describe("repairing", () => {
  /** A kubelet with records: it serves what it pulled under a name for a secret, and what nobody pulled. */
  function kubelet(
    content: Readonly<Record<string, string>>,
    pulled: Readonly<Record<string, readonly string[]>> = {},
  ) {
    const records = new Map(Object.entries(pulled).map(([id, names]) => [id, new Set(names)]));
    const present = new Set(Object.keys(content));
    return ({ image, policy, secret: given }: PodQuestion): PodAnswer => {
      const id = content[image] ?? image;
      if (policy === "Always") {
        if (image.includes("gone")) return { reason: "ErrImagePull", message: `${image}: not found` };
        present.add(image);
        records.set(id, (records.get(id) ?? new Set()).add(`${image} ${given}`));
        return "runs";
      }
      const record = records.get(id);
      if (!present.has(image)) return neverPull(image);
      return record === undefined || record.has(`${image} ${given}`) ? "runs" : neverPull(image);
    };
  }

  it("adopts what is refused, with its name and secret, and proves it again", async () => {
    const answer = kubelet({ [app]: "id", [twin]: "id" }, { id: [`${twin} ci-quay`] });
    const run = await prove({
      proofs: [proof(app), proof(twin)],
      answer,
      listed: [app, twin],
      plan: { isRepairing: true },
    });
    expect(run.words).toEqual([`n1 ${app} served not-checked`, `n1 ${twin} served not-checked`]);
    expect(run.verdicts[0]?.reason).toBe("adopted, then served");
    expect(run.outcome).toBe("proven");
    expect(run.pods).toEqual([]);
  });

  it("stocks again what is absent, and says why the rest stays as it is", async () => {
    const gone = "quay.io/acme/gone:1";
    const run = await prove({ proofs: [proof(app), proof(gone)], answer: kubelet({}), plan: { isRepairing: true } });
    expect(run.words).toEqual([`n1 ${app} served not-checked`, `n1 ${gone} absent not-checked`]);
    expect(run.verdicts[0]?.reason).toBe("stocked again, then served");
    expect(run.verdicts[1]).toMatchObject({ class: "not-found", kubelet: `ErrImagePull: ${gone}: not found` });
    expect(run.outcome).toBe("unproven");
  });

  it("finds what its own pull poisoned, and adopts that, too", async () => {
    const answer = kubelet({ [twin]: "id", [app]: "id" });
    const absentFirst = ({ image, policy, secret: given, node }: PodQuestion): PodAnswer =>
      answer({ image, policy, secret: given, node });
    // `app` is not there by this name, and shares its ID with `twin`, which is preloaded.
    const hidden = new Set([app]);
    const run = await prove({
      proofs: [proof(app), proof(twin)],
      answer: (question) => {
        if (question.policy === "Always") hidden.delete(question.image);
        return hidden.has(question.image) ? neverPull(question.image) : absentFirst(question);
      },
      listed: [twin],
      plan: { isRepairing: true },
    });
    expect(run.words).toEqual([`n1 ${app} served not-checked`, `n1 ${twin} served not-checked`]);
    expect(run.verdicts[1]?.reason).toBe("adopted, then served");
    expect(run.outcome).toBe("proven");
  });

  it("adopts for everybody what everybody may pull", async () => {
    const asked: PodQuestion[] = [];
    const run = await prove({
      proofs: [proof(app, quay, { isPublic: true })],
      answer: (question) => {
        asked.push(question);
        return asked.some(({ policy }) => policy === "Always") ? "runs" : neverPull(question.image);
      },
      listed: [app],
      plan: { isRepairing: true },
    });
    expect(run.outcome).toBe("proven");
    expect(asked.find(({ policy }) => policy === "Always")?.secret).toBeNull();
  });

  it("waits for a registry that throttles until the deadline, and says so then", async () => {
    const throttled = { reason: "ErrImagePull", message: "unexpected status: 429 Too Many Requests" };
    const run = await prove({
      proofs: [proof(app)],
      answer: ({ image, policy }) => (policy === "Always" ? throttled : neverPull(image)),
      plan: { isRepairing: true, timeoutMs: 120_000 },
    });
    expect(run.outcome).toBe("deadline");
    expect(run.verdicts[0]).toMatchObject({ verdict: "absent", class: "rate-limited" });
    expect(run.pods).toEqual([]);
  });
});
