import type { NodeRequirement } from "#domain/cluster/node-selector.ts";
import type { AllowPattern } from "#domain/guard/allow-pattern.ts";
import { type GuardMode, guardObjectName } from "#domain/guard/guard.ts";
import { formatCount } from "../wording/count.ts";
import { printable } from "../wording/printable.ts";
import { describeNamespaces, describeStocks, WORDS_OF_MODE } from "./words.ts";

/** A guard as it stands in a cluster. */
export interface ShownGuard {
  readonly name: string;
  readonly stocks: readonly string[];
  readonly mode: GuardMode | undefined;
  readonly images: number;
  readonly isEnforced: boolean | undefined;
  readonly words: string;
  readonly pullPolicies: number;
  readonly namespaces: readonly string[];
  readonly selector: readonly NodeRequirement[];
  readonly allowed: readonly AllowPattern[];
  readonly guarded: readonly string[];
  readonly unlisted: readonly {
    readonly namespace: string;
    readonly pod: string;
    readonly images: readonly string[];
  }[];
}

const NAMESPACES_SHOWN_MAX = 5;
const PODS_SHOWN_MAX = 20;

/** @param name of the one that was asked for */
export function guardStatusText(guards: readonly ShownGuard[], name: string | undefined): string {
  if (guards.length > 0) return guards.map((guard) => `${linesOf(guard).join("\n")}\n`).join("\n");
  return name === undefined ? "There is no guard in this cluster.\n" : `There is no guard of a Stock ${name}.\n`;
}

/** One line of JSON: a list of guards. */
export function guardStatusJson(guards: readonly ShownGuard[]): string {
  const shown = guards.map(({ name, isEnforced, mode, images, words, guarded, unlisted, ...others }) => ({
    guard: name,
    enforced: isEnforced ?? null,
    mode: mode ?? null,
    images,
    ...(words !== "" && isEnforced !== true && { words }),
    guardedNow: guarded,
    unlistedPods: unlisted,
    ...others,
  }));
  return `${JSON.stringify(shown)}\n`;
}

function linesOf(guard: ShownGuard): readonly string[] {
  const { name, stocks, namespaces, selector, allowed, guarded, unlisted, pullPolicies } = guard;
  const now = guarded.slice(0, NAMESPACES_SHOWN_MAX).join(", ");
  const more = guarded.length > NAMESPACES_SHOWN_MAX ? ", …" : "";
  const shown = unlisted.slice(0, PODS_SHOWN_MAX);
  return [
    `${guardObjectName(name)}  ${modeWords(guard)} images that are on no list of ${describeStocks(stocks)}`,
    `  in force    ${forceWords(guard)}`,
    `  images      ${guard.images}`,
    ...allowed.map(({ pattern, reason }) => `  allowed     ${pattern}: ${printable(reason)}`),
    ...(pullPolicies > 0 ? [`  pull policy written into pods, for ${formatCount(pullPolicies, "image")}`] : []),
    `  namespaces  ${describeNamespaces(namespaces, selector)}: ${guarded.length} now${now === "" ? "" : ` (${now}${more})`}`,
    `  running     ${unlisted.length === 0 ? "nothing that is on no list" : `${formatCount(unlisted.length, "pod")} with images on no list`}`,
    ...shown.map(({ namespace, pod, images }) => `    ${namespace}/${pod}  ${images.map(printable).join(", ")}`),
    ...(unlisted.length > shown.length ? [`    and ${unlisted.length - shown.length} more`] : []),
  ];
}

function modeWords({ mode }: ShownGuard): string {
  return mode === undefined ? "has no binding of its own, and does nothing about" : WORDS_OF_MODE[mode];
}

function forceWords({ isEnforced, words }: ShownGuard): string {
  if (isEnforced === true) return "yes";
  return `${isEnforced === false ? "no" : "not known"}: ${printable(words)}`;
}
