/** What each agent is told to pull: which images on which architecture, and with which secrets. */
import { ARCHITECTURE_LABEL } from "../cluster/node-affinity.ts";
import type { NodeRequirement } from "../cluster/node-selector.ts";
import { formatSecretName } from "../cluster/secret-name.ts";
import type { Stock, StockImage } from "../stock/stock.ts";
import type { SourceSecret } from "./stock-plan.ts";

/** Agents of one architecture, or of all that no image names. */
export interface AgentPart {
  /** Part of names; absent: there is no other. */
  readonly name?: string;
  readonly requirements: readonly NodeRequirement[];
  readonly batches: readonly Batch[];
}

/** Images that are pulled with the same secrets, by one init container. */
export interface Batch {
  readonly images: readonly StockImage[];
  /** In the order in which a pod would name them. */
  readonly secrets: readonly SourceSecret[];
}

/** Every node is in one part at most, so that it has one agent; nodes for which there is no image are in none. */
export function agentParts(stock: Stock, secrets: readonly SourceSecret[]): readonly AgentPart[] {
  const named = [...new Set(stock.images.flatMap(({ platform }) => platform?.architecture ?? []))].toSorted();
  const { architectures } = stock.nodes;
  const isMeant = (architecture: (typeof named)[number]): boolean =>
    architectures.length === 0 || architectures.includes(architecture);
  const parts = named.filter(isMeant).map((architecture): AgentPart => {
    const images = stock.images.filter(
      ({ platform }) => platform === undefined || platform.architecture === architecture,
    );
    const requirements = [{ key: ARCHITECTURE_LABEL, operator: "In", values: [architecture] }] as const;
    return { name: architecture, requirements, batches: batchesOf(stock, images, secrets) };
  });
  const others = stock.images.filter(({ platform }) => platform === undefined);
  const isComplete = architectures.length > 0 && architectures.every((architecture) => named.includes(architecture));
  if (others.length === 0 || isComplete) return parts;
  const batches = batchesOf(stock, others, secrets);
  if (named.length === 0) return [{ requirements: [], batches }];
  const rest = { key: ARCHITECTURE_LABEL, operator: "NotIn", values: named } as const;
  return [...parts, { name: "other", requirements: [rest], batches }];
}

/** An image's own secrets replace the Stock's; secrets that nobody could read are left out. */
function batchesOf(
  { pullSecrets }: Stock,
  images: readonly StockImage[],
  readable: readonly SourceSecret[],
): readonly Batch[] {
  const batches = new Map<string, { images: StockImage[]; secrets: readonly SourceSecret[] }>();
  for (const image of images) {
    const names = (image.secrets ?? pullSecrets).map(formatSecretName);
    const secrets = names.flatMap((wanted) => readable.find(({ name }) => formatSecretName(name) === wanted) ?? []);
    const key = secrets.map(({ name }) => formatSecretName(name)).join(" ");
    const known = batches.get(key);
    if (known === undefined) batches.set(key, { images: [image], secrets });
    else known.images.push(image);
  }
  return [...batches.values()];
}

/** The image list as `larder fetch` reads it: position N of the list is index N of the termination message. */
export function formatList({ images }: Batch): string {
  return images.map(({ reference }) => `${reference.written}\n`).join("");
}
