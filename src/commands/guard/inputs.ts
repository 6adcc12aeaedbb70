import { parseNodeSelector } from "#domain/cluster/node-selector.ts";
import { parseAllowPattern } from "#domain/guard/allow-pattern.ts";
import { type GuardCost, guardCost, LIST_BYTES_MAX, POD_IMAGES_MIN } from "#domain/guard/cost.ts";
import type { Guard } from "#domain/guard/guard.ts";
import { parseNamespacePattern } from "#domain/guard/namespace-pattern.ts";
import { PULL_POLICIES } from "#domain/guard/pull-policies.ts";
import { normalizedImage } from "#domain/image/reference.ts";
import { InputError, type Issue } from "#domain/issue.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { readPullPolicies } from "#inputs/pull-policies/read-pull-policies.ts";
import { readStocksOf } from "../stocks/read.ts";
import type { World } from "../world.ts";
import type { GuardFlags } from "./flags.ts";

export interface GuardInputs {
  readonly guard: Guard;
  readonly cost: GuardCost;
}

/**
 * The guard that the options describe.
 * @throws InputError with all that is wrong
 */
export async function readGuard(flags: GuardFlags, world: World): Promise<GuardInputs> {
  const stocks = await readStocksOf(flags, world);
  const [first] = stocks;
  if (first === undefined) throw new InputError([optionIssue("--file", "there is no Stock", "name a file with one")]);
  const ownNamespaces = namespacesOf(stocks);
  const patterns = collect(splitWords(flags.namespaces ?? []), "--namespaces", "name others", (text) =>
    parseNamespacePattern(text, ownNamespaces),
  );
  const allowed = collect(
    flags.allow ?? [],
    "--allow",
    "write it as 'quay.io/acme/*=why this may run'",
    parseAllowPattern,
  );
  const selector = readSelector(flags.selector);
  const policies = await readPolicies(flags, world);
  const issues = [...patterns.issues, ...selector.issues, ...allowed.issues, ...policies.issues];
  if (patterns.values.length + selector.values.length === 0 && issues.length === 0) issues.push(noNamespaces());
  if (issues.length > 0) throw new InputError(issues);
  const guard: Guard = {
    name: first.name,
    stocks: stocks.map(({ name }) => name),
    ownNamespaces,
    images: imagesOf(stocks),
    allowed: allowed.values,
    namespaces: patterns.values,
    selector: selector.values,
    mode: flags.mode,
    ...(policies.value && { pullPolicies: policies.value }),
  };
  return { guard, cost: costOf(guard) };
}

function namespacesOf(stocks: readonly Stock[]): readonly string[] {
  return [...new Set(stocks.flatMap(({ namespace }) => [namespace, agentsNamespaceOf(namespace)]))].toSorted();
}

function imagesOf(stocks: readonly Stock[]): readonly string[] {
  const images = stocks.flatMap((stock) => stock.images.map(({ reference }) => normalizedImage(reference)));
  return [...new Set(images)].toSorted();
}

function splitWords(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** @throws InputError where the API server could not carry it */
function costOf(guard: Guard): GuardCost {
  const { images, pullPolicies } = guard;
  const written = PULL_POLICIES.flatMap((policy) => pullPolicies?.[policy] ?? []);
  const bytes = [...images, ...written].reduce((sum, image) => sum + Buffer.byteLength(image) + 1, 0);
  const cost = guardCost(images.length, bytes, guard.allowed);
  const remedy = "guard fewer images: give each group of namespaces a Stock, and so a guard, of its own";
  const issues: Issue[] = [];
  if (bytes > LIST_BYTES_MAX) {
    const problem = `its ${images.length} names are ${bytes} bytes, and an admission policy holds about ${LIST_BYTES_MAX}`;
    issues.push({ code: "GUARD_TOO_LARGE", at: { file: "the list of images" }, problem, remedy });
  }
  if (cost.podImagesMax < POD_IMAGES_MIN) {
    const problem = `the patterns cost ${cost.perImage} of the API server's CEL units per image, so that pods could have no more than ${cost.podImagesMax} images`;
    const simpler = "allow fewer patterns, or such with a single * at their end, which cost little";
    issues.push({ code: "GUARD_TOO_LARGE", at: { file: "--allow" }, problem, remedy: simpler });
  }
  if (issues.length > 0) throw new InputError(issues);
  return cost;
}

interface Collected<T> {
  readonly values: readonly T[];
  readonly issues: readonly Issue[];
}

function collect<T>(
  texts: readonly string[],
  option: string,
  remedy: string,
  parse: (text: string) => Result<T, string>,
): Collected<T> {
  const values: T[] = [];
  const issues: Issue[] = [];
  for (const text of new Set(texts)) {
    const parsed = parse(text);
    if (parsed.ok) values.push(parsed.value);
    else issues.push(optionIssue(option, `${JSON.stringify(text)} ${parsed.error}`, remedy));
  }
  return { values, issues };
}

function readSelector(text: string | undefined): Collected<Guard["selector"][number]> {
  if (text === undefined) return { values: [], issues: [] };
  const parsed = parseNodeSelector(text);
  const selector = parsed.ok ? withoutComparisons(parsed.value) : parsed;
  if (selector.ok) return { values: selector.value, issues: [] };
  const remedy = "write it as in kubectl -l: team=qa,tier in (a,b),!legacy";
  return { values: [], issues: [optionIssue("--selector", `${JSON.stringify(text)} ${selector.error}`, remedy)] };
}

function withoutComparisons(requirements: Guard["selector"]): Result<Guard["selector"], string> {
  const compared = requirements.find(({ operator }) => operator === "Gt" || operator === "Lt");
  return compared === undefined ? ok(requirements) : fail("compares numbers, which labels of namespaces have none of");
}

async function readPolicies(
  { setPullPolicy, policy }: GuardFlags,
  { files }: World,
): Promise<{ readonly value?: Guard["pullPolicies"]; readonly issues: readonly Issue[] }> {
  if (!setPullPolicy && policy === undefined) return { issues: [] };
  if (policy === undefined) {
    const problem = "it is not said which pull policies";
    return {
      issues: [optionIssue("--set-pull-policy", problem, "give the result of larder policy with --policy FILE")],
    };
  }
  if (!setPullPolicy) {
    const problem = "nothing would be done with it";
    return { issues: [optionIssue("--policy", problem, "add --set-pull-policy, or leave it out")] };
  }
  const read = await readPullPolicies(policy, files);
  return read.ok ? { value: read.value, issues: [] } : { issues: read.error };
}

function noNamespaces(): Issue {
  const problem = "it is not said which namespaces are guarded";
  return optionIssue("larder guard", problem, "name them with --namespaces 'qa-*', or by their labels with --selector");
}

function optionIssue(file: string, problem: string, remedy: string): Issue {
  return { code: "OPTION_INVALID", at: { file }, problem, remedy };
}
