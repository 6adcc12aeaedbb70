/** `larder verify` on the cluster of this tier, as its users run it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { adminKubeconfig } from "../../../cluster/folder.ts";
import { LOCKED_REGISTRY } from "../../../cluster/network/addresses.ts";
import { accounts } from "../../../cluster/registries/registries.ts";
import { parseSecretName } from "../../../src/domain/cluster/secret-name.ts";
import { stockLabels } from "../../../src/domain/manifests/labels.ts";
import { copyName } from "../../../src/domain/manifests/secret-copies.ts";
import type { VerdictGiven, VerdictLine } from "../../../src/domain/verdict/verdict.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../../kit/run-larder.ts";
import { cluster, core } from "./cluster.ts";
import { larderImage } from "./larder-image.ts";
import type { Space } from "./space.ts";

export interface TestStock {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly images: readonly string[];
  /** Called after an account; in the space's namespace. */
  readonly pullSecret?: keyof typeof accounts;
}

export interface VerifyRun extends LarderRun {
  readonly lines: readonly VerdictLine[];
  /** The last verdict on each image: `node image` → `served protected`. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly given: readonly VerdictGiven[];
}

export interface ProofDesk {
  readonly folder: string;
  verify(args: readonly string[], options?: LarderOptions): Promise<VerifyRun>;
  /** Names of the probes that are there. */
  probes(): Promise<string[]>;
}

/** Writes a Stock, and does for its secret what `larder up` does. */
export async function openProofDesk(space: Space, stock: TestStock): Promise<ProofDesk> {
  const folder = await mkdtemp(join(tmpdir(), "larder-verify-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const image = await larderImage();
  const { pullSecret } = stock;
  if (pullSecret !== undefined) await copySecret(space, stock.name, pullSecret);
  const file = join(folder, "larder.yaml");
  await writeFile(file, JSON.stringify(stockOf(space, stock)));
  const stream = join(folder, "verdicts.ndjson");
  return {
    folder,
    async verify(args, options = {}) {
      const environment = { KUBECONFIG: adminKubeconfig(cluster), LARDER_AGENT_IMAGE: image, ...options.environment };
      const run = await runLarder(["verify", "-f", file, "--report", `ndjson=${stream}`, ...args], {
        ...options,
        environment,
      });
      const lines = await readLines(stream);
      const given = lines.flatMap((line) => (line.kind === "verdict" ? [line] : []));
      const verdicts = Object.fromEntries(
        given.map(({ node, image: of, verdict, protection }) => [
          `${node} ${nameOf(of)}`,
          protection === "not-checked" ? verdict : `${verdict} ${protection}`,
        ]),
      );
      return { ...run, lines, given, verdicts };
    },
    async probes() {
      const { items } = await core.listNamespacedPod({
        namespace: space.namespace,
        labelSelector: "larder.dev/role=probe",
      });
      return items.map(({ metadata }) => metadata?.name ?? "");
    },
  };
}

async function readLines(stream: string): Promise<VerdictLine[]> {
  const text = await readFile(stream, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as VerdictLine);
}

/** `app` of `locked.test:5001/t-0123/app:1` */
function nameOf(image: string): string {
  return image.replace(/^.*\//, "").replace(/:1$/, "");
}

function stockOf({ namespace }: Space, { name, nodes, images, pullSecret }: TestStock): object {
  return {
    apiVersion: "larder.dev/v1alpha1",
    kind: "Stock",
    metadata: { name, namespace },
    spec: {
      images,
      nodes: { names: nodes },
      ...(pullSecret !== undefined && { pullSecrets: [`${namespace}/${pullSecret}`] }),
    },
  };
}

async function copySecret({ namespace }: Space, stock: string, account: keyof typeof accounts): Promise<void> {
  const original = parseSecretName(`${namespace}/${account}`);
  if (!original.ok) throw new Error(original.error);
  const auths = { [LOCKED_REGISTRY]: { username: account, password: accounts[account] } };
  await core.createNamespacedSecret({
    namespace,
    body: {
      metadata: { name: copyName(stock, original.value), labels: { ...stockLabels(stock) } },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    },
  });
}
