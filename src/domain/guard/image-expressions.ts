/**
 * What the guard says in CEL about the images of a request. One rule is written here twice, in CEL and in `listed-image.ts` in TypeScript:
 * how a name is normalized. A test asks a real API server whether both say the same.
 *
 * CEL has no functions of one's own and no loops with state; so each step is a variable that maps one list into the next. Variables are
 * evaluated when they are first needed, and once for each request.
 */
import { allowedExpression, type AllowPattern } from "./allow-pattern.ts";
import { celText } from "./cel-text.ts";
import { PER_IMAGE_COST, REQUEST_COST_MAX } from "./cost.ts";

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

/** Everything that names an image, as `{at, image}`. */
function placesIn(spec: string): string {
  const containers = CONTAINER_LISTS.map(
    ([field, word]) =>
      `${spec}.?${field}.orValue([]).map(c, {'at': '${word} ' + c.name, 'image': string(c.?image.orValue(''))})`,
  );
  const volumes = [
    `${spec}.?volumes.orValue([]).filter(v, has(v.image))`,
    `.map(v, {'at': 'image volume ' + v.name, 'image': string(v.image.?reference.orValue(''))})`,
  ].join("");
  return [...containers, volumes].join("\n+ ");
}

function sizesIn(spec: string): string {
  const lists = [...CONTAINER_LISTS.map(([field]) => field), "volumes"];
  return lists.map((field) => `size(${spec}.?${field}.orValue([]))`).join(" + ");
}

/**
 * The images that are new with this request, with their normalized names: `variables.found`. What an object had before may stay, or nobody
 * could scale down or finish what is older than the guard.
 */
const foundImages: readonly CelVariable[] = [
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
      `variables.isTooMuch ? [] : (${placesIn("variables.spec")})`,
      ".filter(p, p.image != '' && !(p.image in variables.before))",
    ].join("\n"),
  },
  // A digest decides what is pulled, whatever the tag beside it says; the rest of the name ends where it begins.
  {
    name: "named",
    expression: [
      `variables.written.map(p, size(p.image) > ${IMAGE_LENGTH_MAX} ? {'at': p.at, 'image': p.image, 'name': '', 'digest': ''}`,
      ": {'at': p.at, 'image': p.image, 'name': p.image.split('@')[0],",
      "'digest': p.image.contains('@') ? p.image.substring(p.image.indexOf('@')) : ''})",
    ].join("\n"),
  },
  // A colon is that of a tag if no slash comes after it.
  {
    name: "tagged",
    expression: [
      "variables.named.map(p, p.name.lastIndexOf(':') > p.name.lastIndexOf('/')",
      "? {'at': p.at, 'image': p.image, 'repository': p.name.substring(0, p.name.lastIndexOf(':')),",
      "'suffix': p.digest != '' ? p.digest : p.name.substring(p.name.lastIndexOf(':'))}",
      ": {'at': p.at, 'image': p.image, 'repository': p.name, 'suffix': p.digest != '' ? p.digest : ':latest'})",
    ].join("\n"),
  },
  // Docker Hub may be left out, and so may `library/`; what comes first is a host if it looks like one.
  {
    name: "found",
    expression: [
      "variables.tagged.map(p, {'at': p.at, 'image': p.image, 'full': (",
      "!p.repository.contains('/') ? 'docker.io/library/' + p.repository",
      ": p.repository.startsWith('docker.io/') || p.repository.startsWith('index.docker.io/')",
      "? (p.repository.substring(p.repository.indexOf('/') + 1).contains('/') ? 'docker.io/' : 'docker.io/library/')",
      "+ p.repository.substring(p.repository.indexOf('/') + 1)",
      ": p.repository.matches('^(localhost|[^/]*[.:A-Z][^/]*)/') ? p.repository",
      ": 'docker.io/' + p.repository) + p.suffix})",
    ].join("\n"),
  },
];

/** Up to `found`; the list itself is in `variables.listed`. */
function commonVariables(listed: CelVariable): readonly CelVariable[] {
  return [
    { name: "spec", expression: podSpecOf("object") },
    { name: "oldSpec", expression: `oldObject == null ? {} : (${podSpecOf("oldObject")})` },
    listed,
    { name: "count", expression: sizesIn("variables.spec") },
    { name: "oldCount", expression: sizesIn("variables.oldSpec") },
    {
      name: "isTooMuch",
      expression: [
        `variables.count * (size(variables.listed) + variables.oldCount + ${PER_IMAGE_COST}) > ${REQUEST_COST_MAX}`,
        `|| variables.oldCount > ${REQUEST_COST_MAX / PER_IMAGE_COST}`,
      ].join(" "),
    },
    ...foundImages,
  ];
}

/** Lines of a key of the ConfigMap. Somebody may have emptied it: then nothing is listed. */
export function linesOf(key: string): string {
  return `params != null && has(params.data) && '${key}' in params.data ? params.data['${key}'].split('\\n') : []`;
}

/** All variables of the validating policy, the last of which is `variables.unlisted`. */
export function guardVariables(allowed: readonly AllowPattern[]): readonly CelVariable[] {
  const matches = allowed.length === 0 ? "" : ` && !p.full.matches(${celText(allowedExpression(allowed))})`;
  return [
    ...commonVariables({ name: "listed", expression: linesOf("images") }),
    { name: "unlisted", expression: `variables.found.filter(p, !(p.full in variables.listed)${matches})` },
  ];
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
    "variables.isTooMuch ? 'too many images in one object to be held against a list of '",
    "+ string(size(variables.listed)) + ': ' + string(variables.count) + ' containers and volumes; divide it'",
    ": size(variables.unlisted) == 0 ? ''",
    `: ${shown(0)}`,
    `+ (size(variables.unlisted) < 2 ? '' : (size(variables.unlisted) == 2 ? ' and ' : ', ') + ${shown(1)})`,
    "+ (size(variables.unlisted) < 3 ? '' : ' and ' + string(size(variables.unlisted) - 2) + ' more')",
    `+ (size(variables.unlisted) == 1 ? ' is ' : ' are ') + ${celText(onNoList)}`,
  ].join("\n");
}
