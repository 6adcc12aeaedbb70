import { CEL_COST_MAX, type GuardCost } from "#domain/guard/cost.ts";
import { type Guard, guardObjectName } from "#domain/guard/guard.ts";
import { excludedNamespaces } from "#domain/guard/namespace-pattern.ts";
import { PULL_POLICIES } from "#domain/guard/pull-policies.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { describeNamespaces, describeStocks, WORDS_OF_MODE } from "./words.ts";

/** What is about to be put up. */
export function describeGuard(guard: Guard): readonly string[] {
  const { name, mode, stocks, images, namespaces, ownNamespaces, selector, allowed, pullPolicies } = guard;
  const never = ["kube-*", "openshift-*", ...excludedNamespaces(namespaces, ownNamespaces)].filter(
    (excluded) => !/^(?:kube-.+|openshift)$/.test(excluded) || excluded.endsWith("*"),
  );
  const written = pullPolicies && PULL_POLICIES.filter((policy) => pullPolicies[policy].length > 0);
  return [
    `guard       ${guardObjectName(name)} ${WORDS_OF_MODE[mode]} images that are on no list of ${describeStocks(stocks)} (${formatCount(images.length, "image")})`,
    ...allowed.map(({ pattern, reason }) => `allowed     ${pattern}: ${printable(reason)}`),
    `namespaces  ${describeNamespaces(namespaces, selector)}; never ${never.join(", ")}`,
    ...(pullPolicies && written
      ? [`pull policy ${written.map((policy) => `${policy} for ${pullPolicies[policy].length}`).join(", ")}`]
      : []),
  ];
}

export function describeCost({ perImage, podImagesMax, bytes }: GuardCost): string {
  return `cost        ${perImage} of the API server's ${CEL_COST_MAX} CEL units per image, however many are listed (${bytes} bytes); objects with more than ${podImagesMax} containers and volumes are refused`;
}

export function proofLine(durationMs: number): string {
  return `in force    the API server acts by it (${formatDuration(durationMs)})`;
}

/** One line of JSON. */
export function guardOnJson(guard: Guard, cost: GuardCost, content: string, durationMs: number): string {
  const { name, mode, stocks, images, namespaces, selector, allowed } = guard;
  const shown = { guard: name, stocks, mode, images: images.length, namespaces, selector, allowed };
  return `${JSON.stringify({ ...shown, cost, content, enforced: true, durationMs })}\n`;
}
