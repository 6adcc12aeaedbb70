/**
 * What real kubelets do with an image that lies on the node already, cell by cell: the proof that the kit's nodes are real,
 * and of the facts that Larder builds on. `app` and `twin` are two repositories of one digest behind a password.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prefetch } from "./harness/node-runtime.ts";
import { askKubelet, type Question } from "./harness/pods.ts";
import { closeSpace, makeSpace, type Space } from "./harness/space.ts";

/** What pods without a secret and with alice's get to hear; `-` where nobody asks. */
interface Row {
  readonly step: string;
  readonly repository: "app" | "twin";
  readonly pullPolicy: Question["pullPolicy"];
  readonly expected: Readonly<Record<Kind, { readonly nobody?: string; readonly alice?: string }>>;
}

type Kind = "unverified" | "default" | "alwaysVerify";

const runs = { nobody: "runs", alice: "runs" };
const refused = { nobody: "ErrImageNeverPull", alice: "ErrImageNeverPull" };
const onlyAlice = { nobody: "ErrImageNeverPull", alice: "runs" };
const aliceRuns = { alice: "runs" };

const table: readonly Row[] = [
  {
    step: "app was prefetched over CRI: Never",
    repository: "app",
    pullPolicy: "Never",
    expected: { unverified: runs, default: runs, alwaysVerify: refused },
  },
  {
    step: "the kubelet pulls twin for a pod with alice",
    repository: "twin",
    pullPolicy: "IfNotPresent",
    expected: { unverified: aliceRuns, default: aliceRuns, alwaysVerify: aliceRuns },
  },
  {
    step: "by that app is poisoned: Never",
    repository: "app",
    pullPolicy: "Never",
    expected: { unverified: runs, default: refused, alwaysVerify: refused },
  },
  {
    step: "IfNotPresent without a secret",
    repository: "app",
    pullPolicy: "IfNotPresent",
    expected: {
      unverified: { nobody: "runs" },
      default: { nobody: "ErrImagePull" },
      alwaysVerify: { nobody: "ErrImagePull" },
    },
  },
  {
    step: "adoption: Always with alice",
    repository: "app",
    pullPolicy: "Always",
    expected: { unverified: aliceRuns, default: aliceRuns, alwaysVerify: aliceRuns },
  },
  {
    step: "after the adoption: Never",
    repository: "app",
    pullPolicy: "Never",
    expected: { unverified: runs, default: onlyAlice, alwaysVerify: onlyAlice },
  },
];

// Nodes do not know of each other, so all columns of the table are filled at once.
describe.concurrent.each<{ node: string; kind: Kind }>([
  { node: "kubelet-1-34", kind: "unverified" },
  { node: "kubelet-1-35", kind: "default" },
  { node: "always-verify", kind: "alwaysVerify" },
  { node: "kubelet-1-37", kind: "default" },
])("$node", ({ node, kind }) => {
  let space: Space;
  const images: Record<string, string> = {};

  beforeAll(async () => {
    space = await makeSpace();
    await space.pullSecret("alice");
    const [app = "", twin = ""] = await space.images(["app", "twin"]);
    Object.assign(images, { app, twin });
    await prefetch(node, app);
  });
  afterAll(() => closeSpace(space));

  const cells = table.flatMap(({ step, expected, ...question }) =>
    Object.entries(expected[kind]).map(
      ([who, verdict]) => [`${step}, ${who}: ${verdict}`, who, verdict, question] as const,
    ),
  );
  it.sequential.each(cells)("%s", async (_, who, verdict, { repository, pullPolicy }) => {
    const image = images[repository] ?? "";
    const answered = await askKubelet(space, { node, image, pullPolicy, ...(who === "alice" && { secret: who }) });
    expect(answered).toMatchObject({ reason: verdict });
    // containerd 1.6 and 2.2 differ in how they word the registry's refusal.
    if (verdict === "ErrImagePull") expect(answered.message).toMatch(/401 Unauthorized|no basic auth credentials/);
  });
});
