/** Questions are packed into pods: a pod carries one secret or none, and one container for each image. */
import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import type { StockImage } from "../stock/stock.ts";
import { keyOfQuestion, type Question } from "./plan.ts";

/** More containers start no faster, and a pod that cannot start takes all of its questions with it. */
export const QUESTIONS_PER_POD = 16;
/** A kubelet pulls a burst of ten, then five a second (`registryPullQPS`), and lets what is too much wait for ten seconds and longer. */
export const ADOPTIONS_PER_POD = 8;

export interface Pack {
  readonly secret: SecretName | null;
  readonly images: readonly StockImage[];
}

/** Each question once, in the order in which they come, those with the same secret together. */
export function packQuestions(questions: Iterable<Question>, sizeMax: number): readonly Pack[] {
  const seen = new Set<string>();
  const bySecret = new Map<string, { readonly secret: SecretName | null; readonly images: StockImage[] }>();
  for (const question of questions) {
    const key = keyOfQuestion(question);
    if (seen.has(key)) continue;
    seen.add(key);
    const { secret, image } = question;
    const name = secret === null ? "" : formatSecretName(secret);
    const group = bySecret.get(name) ?? { secret, images: [] };
    bySecret.set(name, group);
    group.images.push(image);
  }
  return [...bySecret.values()].flatMap(({ secret, images }) =>
    slices(images, sizeMax).map((slice) => ({ secret, images: slice })),
  );
}

function slices<Item>(items: readonly Item[], sizeMax: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / sizeMax);
  return Array.from({ length: count }, (_, index) => items.slice(index * sizeMax, (index + 1) * sizeMax));
}
