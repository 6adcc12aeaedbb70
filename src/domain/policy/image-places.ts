/**
 * Where the images stand in what Kubernetes takes: pods, templates of workloads (also those of kinds that only this cluster knows, if
 * they hold a pod template where workloads do) and lists of them.
 */

/** The steps from the top of a document to a value in it. */
export type ManifestPath = readonly (string | number)[];

/** An image of a container or of an image volume, with its pull policy. */
export interface ImagePlace {
  /** To the map that holds both. */
  readonly path: ManifestPath;
  readonly imageKey: "image" | "reference";
  readonly policyKey: "imagePullPolicy" | "pullPolicy";
  readonly image: string;
  /** undefined: none is written, and the API server decides. */
  readonly policy: unknown;
  /** `Deployment app, container web` */
  readonly about: string;
}

const containerKeys = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/** Where pod specs are, from the top of an object; a kind that is not a Pod may have one of the last three. */
const podSpecPaths = {
  Pod: [["spec"]],
  PodTemplate: [["template", "spec"]],
  other: [
    ["spec", "template", "spec"],
    ["spec", "jobTemplate", "spec", "template", "spec"],
  ],
} as const;

/** @param document a whole YAML document as plain values */
export function imagePlaces(document: unknown): readonly ImagePlace[] {
  return objectsIn(document, []).flatMap(({ value, path }) => placesOfObject(value, path));
}

interface Located<T> {
  readonly value: T;
  readonly path: ManifestPath;
}

type Fields = Readonly<Record<string, unknown>>;

/** The object itself, or the items of a `List` or of a list of one kind, such as `PodList`. */
function objectsIn(value: unknown, path: ManifestPath): readonly Located<Fields>[] {
  if (!isFields(value) || typeof value["kind"] !== "string") return [];
  if (!value["kind"].endsWith("List") || !Array.isArray(value["items"])) return [{ value, path }];
  const kind = value["kind"].slice(0, -"List".length);
  return value["items"].flatMap((item: unknown, index) => {
    // Items of a list of one kind need not name it.
    const typed = kind !== "" && isFields(item) && item["kind"] === undefined ? { kind, ...item } : item;
    return objectsIn(typed, [...path, "items", index]);
  });
}

function placesOfObject(object: Fields, path: ManifestPath): readonly ImagePlace[] {
  const kind = String(object["kind"]);
  const metadata = fieldAt(object, ["metadata"]);
  const about = isFields(metadata) ? `${kind}${nameOf(metadata)}` : kind;
  const paths = kind === "Pod" || kind === "PodTemplate" ? podSpecPaths[kind] : podSpecPaths.other;
  return paths.flatMap((specPath) => placesOfPodSpec(fieldAt(object, specPath), [...path, ...specPath], about));
}

function placesOfPodSpec(spec: unknown, path: ManifestPath, about: string): readonly ImagePlace[] {
  if (!isFields(spec)) return [];
  const containers = containerKeys.flatMap(([key, word]) =>
    entriesOf(spec, key, path).flatMap(({ value, path: at }) =>
      placeOf(value, at, "image", "imagePullPolicy", `${about}, ${word}${nameOf(value)}`),
    ),
  );
  const volumes = entriesOf(spec, "volumes", path).flatMap(({ value, path: at }) => {
    const image = value["image"];
    const words = `${about}, image volume${nameOf(value)}`;
    return isFields(image) ? placeOf(image, [...at, "image"], "reference", "pullPolicy", words) : [];
  });
  return [...containers, ...volumes];
}

function placeOf(
  holder: Fields,
  path: ManifestPath,
  imageKey: ImagePlace["imageKey"],
  policyKey: ImagePlace["policyKey"],
  about: string,
): readonly ImagePlace[] {
  const image = holder[imageKey];
  if (typeof image !== "string" || image === "") return [];
  return [{ path, imageKey, policyKey, image, policy: holder[policyKey], about }];
}

function entriesOf(spec: Fields, key: string, path: ManifestPath): readonly Located<Fields>[] {
  const list = spec[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => (isFields(value) ? [{ value, path: [...path, key, index] }] : []));
}

/** Behind what has it, with a blank before it; empty for what has none. */
function nameOf({ name, generateName }: Fields): string {
  const found = name ?? generateName;
  return typeof found === "string" ? ` ${found}` : "";
}

function fieldAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const step of path) found = isFields(found) ? found[step] : undefined;
  return found;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
