import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { formatPlace, type Issue, type Place } from "#domain/issue.ts";
import type { JsonProblem } from "#domain/json/strict-decoder.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { type PlaceOf, parseJsonOrYaml } from "../json-or-yaml/document.ts";
import { decodeConfig } from "./decode-config.ts";

export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

export interface CredentialProviders {
  /** In the order in which they are asked. */
  readonly providers: readonly CredentialProvider[];
  /** Providers that are not asked for a pull without a pod, one issue each. */
  readonly warnings: readonly Issue[];
}

/** A provider with a way to find out where it stands, which is needed only when there is something to say. */
interface FoundProvider {
  readonly provider: CredentialProvider;
  readonly place: () => Promise<Place>;
}

/** Whether the kubelet reads a file of this name in a folder of configs (config.go readCredentialProviderConfig). */
export function isConfigFileName(name: string): boolean {
  return /\.(?:json|ya?ml)$/.test(name);
}

/**
 * The kubelet's CredentialProviderConfig: one file, or all files of a folder, which count as one.
 * @param path as the option names it
 * @param configs in the order of their paths, byte by byte
 * @returns the providers, or every issue that stands in the way, each with its line and column
 */
export async function readCredentialProviderConfig(
  path: string,
  configs: readonly ConfigText[],
): Promise<Result<CredentialProviders, readonly Issue[]>> {
  if (configs.length === 0) return fail([noConfigs(path)]);
  const read = await Promise.all(configs.map(readOne));
  const found = read.flatMap(({ providers }) => providers);
  const issues = [...read.flatMap((config) => config.issues), ...(await duplicateNames(found))];
  if (issues.length === 0 && found.length === 0) issues.push(noProviders(path));
  if (issues.length > 0) return fail(issues);
  return ok({ providers: found.map(({ provider }) => provider), warnings: await warningsFor(found) });
}

async function readOne({ file, text }: ConfigText): Promise<{ providers: FoundProvider[]; issues: Issue[] }> {
  const document = await parseJsonOrYaml(file, text);
  if (!document.ok) {
    const issues = document.error.map(({ at, problem }) => issue(at, `the config ${problem}`, "correct the file"));
    return { providers: [], issues };
  }
  const { value, places } = document.value;
  const { providers, problems } = decodeConfig(value);
  const found = providers.map(({ provider, path }) => ({
    provider,
    place: async () => (await places())([...path, "name"]),
  }));
  return { providers: found, issues: problems.length > 0 ? issuesOf(await places(), problems) : [] };
}

/** In the order of the file, which is the order in which a person corrects it. */
function issuesOf(placeOf: PlaceOf, problems: readonly JsonProblem[]): Issue[] {
  return problems
    .map(({ path, problem, remedy }) => issue(placeOf(path), problem, remedy))
    .toSorted((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0) || (a.at.column ?? 0) - (b.at.column ?? 0));
}

async function duplicateNames(found: readonly FoundProvider[]): Promise<Issue[]> {
  const issues: Issue[] = [];
  const firstOf = new Map<string, FoundProvider>();
  for (const each of found) {
    const { name } = each.provider;
    const first = firstOf.get(name);
    if (!first) firstOf.set(name, each);
    if (!first || name === "") continue;
    const problem = `the provider ${JSON.stringify(name)} is already configured (${formatPlace(await first.place())})`;
    issues.push(issue(await each.place(), problem, "remove one of them; names must be unique over all files"));
  }
  return issues;
}

function noConfigs(path: string): Issue {
  return issue({ file: path }, "there is no *.json, *.yaml or *.yml file in the folder", "add one");
}

function noProviders(file: string): Issue {
  return issue({ file }, "there is no provider in it", "add one under providers, or leave the option out");
}

async function warningsFor(found: readonly FoundProvider[]): Promise<Issue[]> {
  const notAsked = found.filter(({ provider }) => provider.requiresServiceAccount);
  return Promise.all(
    notAsked.map(async ({ provider, place }) => ({
      code: "CREDENTIAL_PROVIDER_NOT_ASKED" as const,
      at: await place(),
      problem: `the plugin ${JSON.stringify(provider.name)} is not asked: it requires a service account, and a pull without a pod has none`,
      remedy: "make requireServiceAccount false if it can do without one, or let the kubelet pull these images",
    })),
  );
}

function issue(at: Place, problem: string, remedy: string): Issue {
  return { code: "CREDENTIAL_PROVIDER_CONFIG_INVALID", at, problem, remedy };
}
