import type { Api } from "../../cluster/control-plane/api.ts";
import { connectApi } from "../../cluster/control-plane/api.ts";
import type { Cluster } from "../../cluster/folder.ts";
import { downCluster, upCluster } from "../../cluster/up.ts";
import { guardObjects } from "../../src/domain/guard/guard-objects.ts";
import { parseNamespacePattern } from "../../src/domain/guard/namespace-pattern.ts";
import { atMost, formatSummary } from "../report.ts";
import { alternate, summarize, summarizeRatios } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";

const ROUNDS = 300;
const CONTAINERS = 5;
const SIZES = [500, 5_000];

/** What a guard costs a pod's creation on a real API server, in one namespace that is guarded and one that is not. */
export const guard: Experiment = async ({ say }) => {
  const cluster = await upCluster(`bench-guard-${process.pid}`, { version: "1.35" });
  try {
    return await measureAll(cluster, say);
  } finally {
    await downCluster(cluster);
  }
};

async function measureAll(cluster: Cluster, say: (line: string) => void): ReturnType<Experiment> {
  const api = await connectApi(cluster);
  const rows: string[][] = [];
  const targets = [];
  for (const names of SIZES) {
    const images = Array.from({ length: names }, (_, n) => `registry.example/team/application-${n}:1.2.3`);
    const places = { guarded: `guarded-${names}`, open: `open-${names}` };
    await prepare(api, images, places);
    const candidates = new Map([
      ["guarded", () => createPod(api, places.guarded, images)],
      ["open", () => createPod(api, places.open, images)],
    ]);
    say(`${names} names, ${ROUNDS} rounds`);
    // The first requests let the API server compile and connect.
    await alternate(20, candidates);
    const times = await alternate(ROUNDS, candidates);
    const of = (name: string): readonly number[] => times.get(name) ?? [];
    const ratio = summarizeRatios(of("guarded"), of("open"));
    rows.push([
      String(names),
      formatSummary(summarize(of("open")), 1),
      formatSummary(summarize(of("guarded")), 1),
      formatSummary(ratio, 2),
    ]);
    targets.push(atMost(`${names} names, creation of a pod in relation to one that is not guarded:`, ratio, 1.2));
  }
  api.close();
  return { columns: ["names", "open, ms", "guarded, ms", "ratio"], rows, targets };
}

async function prepare(
  api: Api,
  images: readonly string[],
  { guarded, open }: { guarded: string; open: string },
): Promise<void> {
  for (const name of [guarded, open]) {
    const metadata = { name };
    await expectStatus(api, 201, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata });
    await until(
      async () => (await api.send("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200,
    );
  }
  const pattern = parseNamespacePattern(guarded, []);
  if (!pattern.ok) throw new Error(pattern.error);
  const { objects } = guardObjects({
    name: guarded,
    stocks: [guarded],
    ownNamespaces: [],
    images,
    allowed: [],
    namespaces: [pattern.value],
    selector: [],
    mode: "deny",
  });
  for (const object of objects) {
    const isPolicy = object.kind === "ValidatingAdmissionPolicy";
    const resource = isPolicy ? "validatingadmissionpolicies" : "validatingadmissionpolicybindings";
    await expectStatus(api, 201, "POST", `/apis/admissionregistration.k8s.io/v1/${resource}`, object);
  }
  // What is measured is a guard that is in force.
  const refused = podOf(["registry.example/unlisted:1"]);
  await until(
    async () => (await api.send("POST", `/api/v1/namespaces/${guarded}/pods?dryRun=All`, refused)).status === 403,
  );
}

/** @returns how long it took, in ms; the pod is removed after that */
async function createPod(api: Api, namespace: string, images: readonly string[]): Promise<number> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const pod = podOf(images.slice(-CONTAINERS));
  const startedAt = performance.now();
  await expectStatus(api, 201, "POST", pods, pod);
  const ms = performance.now() - startedAt;
  // A controller may be faster.
  const { status } = await api.send("DELETE", `${pods}/measured?gracePeriodSeconds=0`);
  if (status !== 200 && status !== 404) throw new Error(`the pod was not deleted (${status})`);
  return ms;
}

function podOf(images: readonly string[]): object {
  const containers = images.map((image, n) => ({ name: `c${n}`, image }));
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "measured" }, spec: { containers } };
}

async function expectStatus(api: Api, status: number, ...request: Parameters<Api["send"]>): Promise<void> {
  const answer = await api.send(...request);
  if (answer.status !== status) throw new Error(`${request[0]} ${request[1]}: ${answer.status} ${answer.body}`);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("the cluster did not become ready in a minute");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
