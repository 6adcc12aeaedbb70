/**
 * What the guard says in CEL about the images of a request.
 *
 * CEL has no functions of one's own and no loops with state; so each step is a variable that maps one list into the next. Variables are
 * evaluated when they are first needed, once for the decision and once for the message.
 */
import { type AllowPattern, exactPattern, patternExpression, prefixPattern } from "./allow-pattern.ts";
import { celText } from "./cel-text.ts";
import { MATCHED_LENGTH_MAX, podImagesMax } from "./cost.ts";
import {
  type CelVariable,
  CONTAINER_LISTS,
  isNormalized,
  normalizingSteps,
  placesForMessage,
  placesForPullPolicy,
} from "./normalizing-steps.ts";
import { PULL_POLICIES, type PullPolicies } from "./pull-policies.ts";

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

/** Texts of all images in a pod spec. */
function imagesIn(spec: string): string {
  const containers = CONTAINER_LISTS.map(
    ([field]) => `${spec}.?${field}.orValue([]).map(c, string(c.?image.orValue('')))`,
  );
  const volumes = `${spec}.?volumes.orValue([]).filter(v, has(v.image)).map(v, string(v.image.?reference.orValue('')))`;
  return [...containers, volumes].join("\n+ ");
}

function sizesIn(spec: string): string {
  const lists = [...CONTAINER_LISTS.map(([field]) => field), "volumes"];
  return lists.map((field) => `size(${spec}.?${field}.orValue([]))`).join(" + ");
}

function specVariables(imagesMax: number): readonly CelVariable[] {
  return [
    { name: "spec", expression: podSpecOf("object") },
    { name: "oldSpec", expression: `oldObject == null ? {} : (${podSpecOf("oldObject")})` },
    { name: "count", expression: sizesIn("variables.spec") },
    { name: "oldCount", expression: `oldObject == null ? 0 : ${sizesIn("variables.oldSpec")}` },
    { name: "isTooMuch", expression: `variables.count > ${imagesMax} || variables.oldCount > ${imagesMax}` },
  ];
}

/**
 * All variables of the validating policy: `unlisted` has the normalized names that are on no list, which decides, and `refused` the places
 * where they stand, which nobody needs unless there are some.
 */
export function guardVariables(images: readonly string[], allowed: readonly AllowPattern[]): readonly CelVariable[] {
  const isAllowed = allowed.map(({ pattern }) => ` && !${patternCondition(pattern)}`).join("");
  const steps = celLists(images).map((list, n) => ({
    name: `without${n + 1}`,
    expression: `variables.${n === 0 ? "full" : `without${n}`}.filter(f, !(f in ${list}))`,
  }));
  const last = steps.at(-1)?.name ?? "full";
  const incomplete = `variables.images.filter(i, !(${isNormalized})).map(i, {'image': i})`;
  return [
    ...specVariables(podImagesMax(allowed)),
    // What an object had before may stay, or nobody could scale down or finish what is older than the guard.
    {
      name: "before",
      expression: `oldObject == null || variables.isTooMuch ? [] : ${imagesIn("variables.oldSpec")}`,
    },
    {
      name: "images",
      expression: `variables.isTooMuch ? [] : (${imagesIn("variables.spec")})\n.filter(i, i != '' && !(i in variables.before))`,
    },
    ...normalizingSteps("completed", { fields: ["image"], expression: incomplete }),
    {
      name: "full",
      expression: `variables.images.filter(i, ${isNormalized})\n+ variables.completed.map(p, p.full)`,
    },
    ...steps,
    {
      name: "unlisted",
      expression: isAllowed === "" ? `variables.${last}` : `variables.${last}.filter(f, true${isAllowed})`,
    },
    ...normalizingSteps("place", placesForMessage()),
    {
      name: "refused",
      expression: "variables.place.filter(p, p.full in variables.unlisted && !(p.image in variables.before))",
    },
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
  if (exact !== undefined) return `(f == ${celText(exact)})`;
  const prefix = prefixPattern(pattern);
  if (prefix !== undefined) return `f.startsWith(${celText(prefix)})`;
  return `(size(f) <= ${MATCHED_LENGTH_MAX} && f.matches(${celText(patternExpression(pattern))}))`;
}

export const isRequestClean = "!variables.isTooMuch && size(variables.unlisted) == 0";

/** @param onNoList what is wrong, and what to do: the words after the images */
export function refusalExpression(onNoList: string): string {
  const shown = (n: number): string => {
    const { at, image } = { at: `variables.refused[${n}].at`, image: `variables.refused[${n}].image` };
    const cut = `(size(${image}) > ${SHOWN_LENGTH_MAX} ? ${image}.substring(0, ${SHOWN_LENGTH_MAX}) + '…' : ${image})`;
    return `'image ' + ${cut} + ' of ' + ${at}`;
  };
  return [
    "variables.isTooMuch ? string(variables.count) + ' containers and volumes in one object are too many to look at; divide it'",
    // It is evaluated for every request, refused or not.
    ": size(variables.unlisted) == 0 || size(variables.refused) == 0 ? ''",
    `: ${shown(0)}`,
    `+ (size(variables.refused) < 2 ? '' : (size(variables.refused) == 2 ? ' and ' : ', ') + ${shown(1)})`,
    "+ (size(variables.refused) < 3 ? '' : ' and ' + string(size(variables.refused) - 2) + ' more')",
    `+ (size(variables.refused) == 1 ? ' is ' : ' are ') + ${celText(onNoList)}`,
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
  const places = placesForPullPolicy();
  const wanted = steps.map(({ name }) => `variables.${name}`).join(" + ");
  return [
    ...specVariables(podImagesMax([])),
    ...normalizingSteps("found", { ...places, expression: `variables.isTooMuch ? [] : (${places.expression})` }),
    ...steps,
    { name: "wanted", expression: wanted === "" ? "[]" : wanted },
  ];
}

export const pullPolicyPatches = "variables.wanted.map(p, JSONPatch{op: 'add', path: p.path, value: p.value})";
