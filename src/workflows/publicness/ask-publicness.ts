/**
 * Which images everybody may pull. It matters because a kubelet that pulls a public image with a secret serves it only to pods with that
 * secret, so a public image must lie on a shelf without any.
 *
 * The registries are asked without a credential. What holds for one image holds for its repository, so there is one question for each,
 * unless the image is not there: that may also be how a registry hides a private repository, and the next image is asked for. Whatever
 * does not get a clear answer counts as private, and is told as a doubt.
 */
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import type { Clock } from "#ports/clock.ts";
import type { RegistryReader } from "#ports/registry.ts";
import { registryLanes } from "../pulling/registry-lane.ts";
import { type Answered, registryQuestions } from "./registry-questions.ts";

export interface Publicness {
  /** False also for what was not asked. */
  readonly isPublic: (image: { readonly reference: ImageReference }) => boolean;
  /** Images that count as private without anybody knowing, by registry and reason. */
  readonly doubts: readonly Doubt[];
}

export interface Doubt {
  readonly registry: string;
  /** As written, in the order of the list. */
  readonly images: readonly string[];
  /** A clause without full stop. */
  readonly reason: string;
}

export interface PublicnessOptions {
  /** Questions at the same time per registry. @default 8 */
  readonly parallel?: number;
  /** Ends the asking: what is not answered by then counts as private. */
  readonly signal: AbortSignal;
}

const PARALLEL = 8;

/** Takes long only where a registry throttles (a minute at most) or is silent (the reader's deadline, once). */
export async function askPublicness(
  images: readonly ImageReference[],
  { parallel = PARALLEL, signal }: PublicnessOptions,
  { registries, clock }: { readonly registries: Pick<RegistryReader, "findManifest">; readonly clock: Clock },
): Promise<Publicness> {
  const lanes = registryLanes(parallel, clock, signal);
  const byRegistry = groupBy(images, ({ registry }) => registry);
  const found = await Promise.all(
    [...byRegistry].map(([registry, all]) => {
      const questions = registryQuestions(lanes.lane(registry), { registries, clock, signal });
      return Promise.all([...groupBy(all, repositoryOf)].map(([, some]) => askForRepository(some, questions)));
    }),
  );
  const repositories = found.flat();
  const open = new Set(repositories.flatMap(({ repository, isPublic }) => (isPublic ? [repository] : [])));
  return {
    isPublic: ({ reference }) => open.has(repositoryOf(reference)),
    doubts: doubtsOf(images, repositories),
  };
}

interface FoundRepository {
  readonly repository: string;
  readonly isPublic: boolean;
  /** Why nobody knows. */
  readonly doubt?: string;
}

/** @param images of one repository, at least one */
async function askForRepository(
  images: readonly ImageReference[],
  ask: (image: ImageReference) => Promise<Answered>,
): Promise<FoundRepository> {
  const repository = images[0] === undefined ? "" : repositoryOf(images[0]);
  for (const image of images) {
    const answer = await ask(image);
    if (answer.kind === "public") return { repository, isPublic: true };
    if (answer.kind === "private") return { repository, isPublic: false };
    if (answer.kind === "unknown") return { repository, isPublic: false, doubt: answer.reason };
  }
  return { repository, isPublic: false, doubt: "without a credential, nothing of this is there" };
}

function doubtsOf(images: readonly ImageReference[], repositories: readonly FoundRepository[]): Doubt[] {
  const reasons = new Map(repositories.map(({ repository, doubt }) => [repository, doubt]));
  const doubtful = images.flatMap((image) => {
    const reason = reasons.get(repositoryOf(image));
    return reason === undefined ? [] : [{ image, reason }];
  });
  const groups = groupBy(doubtful, ({ image, reason }) => `${image.registry} ${reason}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ registry: first.image.registry, images: group.map(({ image }) => image.written), reason: first.reason }];
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
