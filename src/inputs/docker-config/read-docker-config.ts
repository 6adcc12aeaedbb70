import type { ParseError } from "jsonc-parser";
import type { CredentialSource } from "#domain/credentials/credential.ts";
import type { DockerConfig } from "#domain/credentials/keyring.ts";
import type { Issue, Place } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";
import {
  type DockerConfigFormat,
  type DockerConfigProblem,
  parseDockerConfig,
  type UnusablePart,
} from "./docker-config.ts";

export interface ReadDockerConfig {
  readonly config: DockerConfig;
  /** Parts that a node cannot use, one issue each; the rest of the file is usable. */
  readonly warnings: readonly Issue[];
}

export interface DockerConfigIssue extends Issue {
  /** The kubelet's own words for it, where they are known. */
  readonly kubelet?: string;
}

/**
 * A docker config file.
 * @returns the config, or the issue that makes it unusable, placed in the file; no text of the file is in it
 */
export async function readDockerConfig(
  file: string,
  bytes: Uint8Array,
  source: CredentialSource,
  format: DockerConfigFormat = "either",
): Promise<Result<ReadDockerConfig, DockerConfigIssue>> {
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const parsed = parseDockerConfig(text, format);
  if (!parsed.ok) return fail(await invalid(file, text, parsed.error));
  const warnings = await Promise.all(parsed.value.unusable.map((part) => unusable(file, text, part)));
  return ok({ config: { source, entries: parsed.value.entries }, warnings });
}

async function invalid(file: string, text: string, problem: DockerConfigProblem): Promise<DockerConfigIssue> {
  const where = problem.path.length === 0 ? "the docker config" : `"${problem.path.join(".")}"`;
  const kubelet = problem.kubelet === undefined ? "" : ` (the kubelet says: ${problem.kubelet})`;
  return {
    code: "DOCKER_CONFIG_INVALID",
    at: problem.syntax ? await placeOfSyntaxError(file, text) : await placeOfPath(file, text, problem.path),
    problem: `${where} ${problem.problem}${kubelet}`,
    remedy: "correct the file; the kubelet would refuse every pull of a pod that uses it as pull secret",
    ...(problem.kubelet !== undefined && { kubelet: problem.kubelet }),
  };
}

async function unusable(file: string, text: string, part: UnusablePart): Promise<Issue> {
  return {
    code: "DOCKER_CONFIG_UNUSABLE_ON_NODE",
    at: await placeOfPath(file, text, part.path),
    problem: `"${part.name}" is ignored: a node has neither the helper program nor the login session behind it`,
    remedy: 'give the registry an entry with "auth", or with "username" and "password", under "auths"',
  };
}

/** Positions are needed only when something is wrong, so the parser that knows them is loaded only then. */
async function placeOfSyntaxError(file: string, text: string): Promise<Place> {
  const { parseTree } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  return placeOfOffset(file, text, errors[0]?.offset ?? text.length);
}

async function placeOfPath(file: string, text: string, path: readonly string[]): Promise<Place> {
  const { parseTree, findNodeAtLocation } = await import("jsonc-parser");
  const tree = parseTree(text);
  if (!tree) return { file };
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return placeOfOffset(file, text, node.parent?.offset ?? node.offset);
  }
  return { file };
}
