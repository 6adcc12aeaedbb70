/**
 * What the guard says in CEL about the images of a request. One rule is written here twice, in CEL and in `listed-image.ts` in TypeScript:
 * how a name is normalized. A test asks a real API server whether both say the same.
 *
 * CEL has no functions of one's own and no loops with state; so each step is a variable that maps one list into the next. Variables are
 * evaluated when they are first needed, and once for each request.
 */
import { type AllowPattern, exactPattern, patternExpression, prefixPattern } from "./allow-pattern.ts";
import { celText } from "./cel-text.ts";
import { MATCHED_LENGTH_MAX, podImagesMax } from "./cost.ts";
import { PULL_POLICIES, type PullPolicies } from "./pull-policies.ts";

export interface CelVariable {
  readonly name: string;
  readonly expression: string;
}

/** Longer than any image reference that a kubelet takes; a long text costs as much as many images. */
const IMAGE_LENGTH_MAX = 800;
/** Of an image in a message. */
const SHOWN_LENGTH_MAX = 300;

/** The pod spec of a pod or of a workload's template. */
function podSpecOf(object: "object" | "oldObject"): string {
  return [
    `${object}.kind == 'Pod' ? dyn(${object}).?spec.orValue({})`,
    `: ${object}.kind == 'CronJob' ? dyn(${object}).?spec.?jobTemplate.?spec.?template.?spec.orValue({})`,
    `: dyn(${object}).?spec.?template.?spec.orValue({})`,
  ].join("\n");
}

const CONTAINER_LISTS = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/** Everything in a pod spec that names an image. */
interface Places {
  /** Fields of an entry that are kept from step to step. */
  readonly fields: readonly string[];
  /** A list of entries with these fields. */
  readonly expression: string;
}

function placesForRefusal(): Places {
  const containers = CONTAINER_LISTS.map(
    ([field, word]) =>
      `variables.spec.?${field}.orValue([]).map(c, {'at': '${word} ' + c.name, 'image': string(c.?image.orValue(''))})`,
  );
  const volumes = [
    "variables.spec.?volumes.orValue([]).filter(v, has(v.image))",
    ".map(v, {'at': 'image volume ' + v.name, 'image': string(v.image.?reference.orValue(''))})",
  ].join("");
  return { fields: ["at", "image"], expression: [...containers, volumes].join("\n+ ") };
}

/** Ephemeral containers are left out: those that are there already cannot be changed. */
function placesForPullPolicy(): Places {
  const entry = (path: string, image: string, policy: string): string =>
    `{'at': ${path}, 'image': string(${image}), 'now': string(${policy})}`;
  const containers = ["containers", "initContainers"].map((field) => {
    const path = `'/spec/${field}/' + string(i) + '/imagePullPolicy'`;
    return `variables.spec.?${field}.orValue([]).transformList(i, c, ${entry(path, "c.?image.orValue('')", "c.?imagePullPolicy.orValue('')")})`;
  });
  const path = "'/spec/volumes/' + string(i) + '/image/pullPolicy'";
  const volume = entry(path, "v.image.?reference.orValue('')", "v.image.?pullPolicy.orValue('')");
  const volumes = `variables.spec.?volumes.orValue([]).transformList(i, v, has(v.image), ${volume})`;
  return { fields: ["at", "image", "now"], expression: [...containers, volumes].join("\n+ ") };
}

function sizesIn(spec: string): string {
  const lists = [...CONTAINER_LISTS.map(([field]) => field), "volumes"];
  return lists.map((field) => `size(${spec}.?${field}.orValue([]))`).join(" + ");
}

/**
 * The images that are new with this request, with their normalized names: `variables.found`. What an object had before may stay, or nobody
 * could scale down or finish what is older than the guard.
 */
function foundImages({ fields, expression }: Places): readonly CelVariable[] {
  const kept = fields.map((field) => `'${field}': p.${field}`).join(", ");
  return [
    {
      name: "before",
      expression: [
        "oldObject == null || variables.isTooMuch ? []",
        `: ${CONTAINER_LISTS.map(([field]) => `variables.oldSpec.?${field}.orValue([]).map(c, c.?image.orValue(''))`).join("\n+ ")}`,
        "+ variables.oldSpec.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
      ].join("\n"),
    },
    {
      name: "written",
      expression: [
        `variables.isTooMuch ? [] : (${expression})`,
        ".filter(p, p.image != '' && !(p.image in variables.before))",
      ].join("\n"),
    },
    // A digest decides what is pulled, whatever the tag beside it says; the rest of the name ends where it begins.
    {
      name: "named",
      expression: [
        `variables.written.map(p, size(p.image) > ${IMAGE_LENGTH_MAX} ? {${kept}, 'name': '', 'digest': ''}`,
        `: {${kept}, 'name': p.image.split('@')[0],`,
        "'digest': p.image.contains('@') ? p.image.substring(p.image.indexOf('@')) : ''})",
      ].join("\n"),
    },
    // A colon is that of a tag if no slash comes after it.
    {
      name: "tagged",
      expression: [
        "variables.named.map(p, p.name.lastIndexOf(':') > p.name.lastIndexOf('/')",
        `? {${kept}, 'repository': p.name.substring(0, p.name.lastIndexOf(':')),`,
        "'suffix': p.digest != '' ? p.digest : p.name.substring(p.name.lastIndexOf(':'))}",
        `: {${kept}, 'repository': p.name, 'suffix': p.digest != '' ? p.digest : ':latest'})`,
      ].join("\n"),
    },
    // Docker Hub may be left out, and so may `library/`; what comes first is a host if it looks like one.
    {
      name: "found",
      expression: [
        `variables.tagged.map(p, {${kept}, 'full': (`,
        "!p.repository.contains('/') ? 'docker.io/library/' + p.repository",
        ": p.repository.startsWith('docker.io/') || p.repository.startsWith('index.docker.io/')",
        "? (p.repository.substring(p.repository.indexOf('/') + 1).contains('/') ? 'docker.io/' : 'docker.io/library/')",
        "+ p.repository.substring(p.repository.indexOf('/') + 1)",
        ": p.repository.matches('^(localhost|[^/]*[.:A-Z][^/]*)/') ? p.repository",
        ": 'docker.io/' + p.repository) + p.suffix})",
      ].join("\n"),
    },
  ];
}

/** Up to `variables.found`. @param imagesMax containers and volumes that are looked at */
function findingVariables(imagesMax: number, places: Places): readonly CelVariable[] {
  return [
    { name: "spec", expression: podSpecOf("object") },
    { name: "oldSpec", expression: `oldObject == null ? {} : (${podSpecOf("oldObject")})` },
    { name: "count", expression: sizesIn("variables.spec") },
    { name: "oldCount", expression: sizesIn("variables.oldSpec") },
    { name: "isTooMuch", expression: `variables.count > ${imagesMax} || variables.oldCount > ${imagesMax}` },
    ...foundImages(places),
  ];
}

/** All variables of the validating policy, the last of which is `variables.unlisted`. */
export function guardVariables(images: readonly string[], allowed: readonly AllowPattern[]): readonly CelVariable[] {
  const isAllowed = allowed.map(({ pattern }) => ` && !${patternCondition(pattern)}`).join("");
  const steps = celLists(images).map((list, n) => ({
    name: `without${n + 1}`,
    expression: `variables.${n === 0 ? "found" : `without${n}`}.filter(p, !(p.full in ${list}))`,
  }));
  const last = steps.at(-1)?.name ?? "found";
  return [
    ...findingVariables(podImagesMax(allowed), placesForRefusal()),
    ...steps,
    { name: "unlisted", expression: `variables.${last}.filter(p, true${isAllowed})` },
  ];
}

/** The parser of CEL takes 100,000 characters (cel-go, parser/options.go), so a long list is several. */
const LIST_LENGTH_MAX = 80_000;

function celLists(images: readonly string[]): readonly string[] {
  const lists: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const image of images.map(celText)) {
    if (length + image.length > LIST_LENGTH_MAX) {
      lists.push(`[${current.join(",\n")}]`);
      current = [];
      length = 0;
    }
    current.push(image);
    length += image.length + 2;
  }
  return current.length > 0 ? [...lists, `[${current.join(",\n")}]`] : lists;
}

function patternCondition(pattern: string): string {
  const exact = exactPattern(pattern);
  if (exact !== undefined) return `(p.full == ${celText(exact)})`;
  const prefix = prefixPattern(pattern);
  if (prefix !== undefined) return `p.full.startsWith(${celText(prefix)})`;
  return `(size(p.full) <= ${MATCHED_LENGTH_MAX} && p.full.matches(${celText(patternExpression(pattern))}))`;
}

export const isRequestClean = "!variables.isTooMuch && size(variables.unlisted) == 0";

/** @param onNoList what is wrong, and what to do: the words after the images */
export function refusalExpression(onNoList: string): string {
  const shown = (n: number): string => {
    const { at, image } = { at: `variables.unlisted[${n}].at`, image: `variables.unlisted[${n}].image` };
    const cut = `(size(${image}) > ${SHOWN_LENGTH_MAX} ? ${image}.substring(0, ${SHOWN_LENGTH_MAX}) + '…' : ${image})`;
    return `'image ' + ${cut} + ' of ' + ${at}`;
  };
  return [
    "variables.isTooMuch ? string(variables.count) + ' containers and volumes in one object are too many to look at; divide it'",
    ": size(variables.unlisted) == 0 ? ''",
    `: ${shown(0)}`,
    `+ (size(variables.unlisted) < 2 ? '' : (size(variables.unlisted) == 2 ? ' and ' : ', ') + ${shown(1)})`,
    "+ (size(variables.unlisted) < 3 ? '' : ' and ' + string(size(variables.unlisted) - 2) + ' more')",
    `+ (size(variables.unlisted) == 1 ? ' is ' : ' are ') + ${celText(onNoList)}`,
  ].join("\n");
}

/** Variables of the mutating policy, the last of which is `variables.wanted`. `Always` is what nobody weakens. */
export function pullPolicyVariables(policies: PullPolicies): readonly CelVariable[] {
  const steps = PULL_POLICIES.flatMap((policy) =>
    celLists(policies[policy]).map((list, n) => ({
      name: `${policy.charAt(0).toLowerCase()}${policy.slice(1)}${n + 1}`,
      expression: [
        `variables.found.filter(p, p.now != 'Always' && p.now != '${policy}' && p.full in ${list})`,
        `.map(p, {'path': p.at, 'value': '${policy}'})`,
      ].join("\n"),
    })),
  );
  const wanted = steps.map(({ name }) => `variables.${name}`).join(" + ");
  return [
    ...findingVariables(podImagesMax([]), placesForPullPolicy()),
    ...steps,
    { name: "wanted", expression: wanted === "" ? "[]" : wanted },
  ];
}

export const pullPolicyPatches = "variables.wanted.map(p, JSONPatch{op: 'add', path: p.path, value: p.value})";
