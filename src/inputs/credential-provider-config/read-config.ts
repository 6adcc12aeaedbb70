import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { formatPlace, type Issue, type Place } from "#domain/issue.ts";
import type { JsonProblem } from "#domain/json/strict-decoder.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { type LocatedDocument, parseJsonOrYaml } from "../json-or-yaml/document.ts";
import { type DecodedProvider, decodeConfig } from "./decode-config.ts";

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

interface PlacedProvider extends DecodedProvider {
  readonly at: Place;
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
  const read = await Promise.all(configs.map(readOne));
  const placed = read.flatMap(({ providers }) => providers);
  const issues = [...read.flatMap((config) => config.issues), ...duplicateNames(placed)];
  if (configs.length === 0)
    issues.push(issue({ file: path }, "there is no *.json, *.yaml or *.yml file in the folder", "add one"));
  else if (issues.length === 0 && placed.length === 0) issues.push(noProviders(path));
  if (issues.length > 0) return fail(issues);
  return ok({ providers: placed.map(({ provider }) => provider), warnings: placed.flatMap(warningsOf) });
}

async function readOne({ file, text }: ConfigText): Promise<{ providers: PlacedProvider[]; issues: Issue[] }> {
  const document = await parseJsonOrYaml(file, text);
  if (!document.ok) {
    const issues = document.error.map(({ at, problem }) => issue(at, `the config ${problem}`, "correct the file"));
    return { providers: [], issues };
  }
  const { providers, problems } = decodeConfig(document.value.value);
  const placed = providers.map(({ provider, path }) => ({
    provider,
    path,
    at: document.value.placeOf([...path, "name"]),
  }));
  return { providers: placed, issues: issuesOf(document.value, problems) };
}

/** In the order of the file, which is the order in which a person corrects it. */
function issuesOf(document: LocatedDocument, problems: readonly JsonProblem[]): Issue[] {
  return problems
    .map(({ path, problem, remedy }) => issue(document.placeOf(path), problem, remedy))
    .toSorted((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0) || (a.at.column ?? 0) - (b.at.column ?? 0));
}

function duplicateNames(placed: readonly PlacedProvider[]): Issue[] {
  return placed.flatMap(({ provider, at }, index) => {
    const first = placed.slice(0, index).find((earlier) => earlier.provider.name === provider.name);
    if (!first || provider.name === "") return [];
    const problem = `the provider ${JSON.stringify(provider.name)} is already configured (${formatPlace(first.at)})`;
    return [issue(at, problem, "remove one of them; names must be unique over all files")];
  });
}

function noProviders(file: string): Issue {
  return issue({ file }, "there is no provider in it", "add one under providers, or leave the option out");
}

function warningsOf({ provider, at }: PlacedProvider): Issue[] {
  if (!provider.requiresServiceAccount) return [];
  return [
    {
      code: "CREDENTIAL_PROVIDER_NOT_ASKED",
      at,
      problem: `the plugin ${JSON.stringify(provider.name)} is not asked: it requires a service account, and a pull without a pod has none`,
      remedy: "make requireServiceAccount false if it can do without one, or let the kubelet pull these images",
    },
  ];
}

function issue(at: Place, problem: string, remedy: string): Issue {
  return { code: "CREDENTIAL_PROVIDER_CONFIG_INVALID", at, problem, remedy };
}
