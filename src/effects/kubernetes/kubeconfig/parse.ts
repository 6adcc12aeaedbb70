/**
 * One kubeconfig file, as far as the official client does not read it right: where several files are joined, the first that says
 * something wins; paths are meant from the file's own folder; `tokenFile` and `as-groups` exist (client-go, tools/clientcmd/api/v1).
 */
import { dirname, isAbsolute, resolve, sep } from "node:path";
import {
  type Cluster,
  type Context,
  newClusters,
  newContexts,
  newUsers,
  type User,
} from "@kubernetes/client-node/dist/config_types.js";
import { parseDocument } from "yaml";
import type { Issue, Place } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { isRecord } from "#wire/kubernetes/object.ts";
import { type ExecPlugin, parseExecPlugin } from "./exec-plugin.ts";

/** What a user's entry says beside what the official client takes of it. */
export interface UserExtras {
  readonly exec: ExecPlugin | undefined;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly clusters: readonly Cluster[];
  readonly contexts: readonly Context[];
  readonly users: readonly (User & { readonly extras: UserExtras })[];
  readonly currentContext: string | undefined;
}

/** Aliases may not blow a small text up to a large value. */
const ALIASES_MAX = 100;

export function parseKubeconfig(path: string, text: string): Result<KubeconfigFile, Issue> {
  const document = parseDocument(text, { version: "1.1", merge: true, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  // The parser's own words may show a piece of the text, and that may be a token.
  if (error !== undefined) return fail(invalid(placeOf(path, text, error.pos[0]), "the kubeconfig is not valid YAML"));
  const value = valueOf(() => document.toJS({ maxAliasCount: ALIASES_MAX }));
  // kubectl takes an empty file for one that says nothing.
  if (value === null) return ok({ path, clusters: [], contexts: [], users: [], currentContext: undefined });
  if (!isRecord(value))
    return fail(invalid({ file: path }, "the kubeconfig is no map of clusters, users and contexts"));
  for (const list of ["clusters", "users", "contexts"] as const) {
    const wrong = wrongEntry(value, list);
    if (wrong !== undefined) return fail(invalid({ file: path }, wrong));
  }
  const current = value["current-context"];
  return ok({
    path,
    clusters: newClusters(value["clusters"]).map((cluster) => withAbsolutePaths(cluster, path)),
    contexts: newContexts(value["contexts"]),
    users: entries(value["users"]).flatMap((user) => userOf(user, path)),
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
  });
}

/** The official client takes all for granted, and fails in words about its own code. */
function wrongEntry(
  file: Readonly<Record<string, unknown>>,
  list: "clusters" | "users" | "contexts",
): string | undefined {
  const value = file[list] ?? [];
  const part = list.slice(0, -1);
  if (!Array.isArray(value)) return `"${list}" of the kubeconfig is no list`;
  const index = value.findIndex((entry: unknown) => !isEntry(entry, part));
  if (index === -1) return undefined;
  const needs = {
    clusters: ' and a "cluster" with a "server"',
    contexts: ' and a "context" with a "cluster"',
    users: "",
  };
  return `${list}[${index}] of the kubeconfig lacks a "name"${needs[list]}`;
}

function isEntry(entry: unknown, part: string): boolean {
  if (!isRecord(entry) || typeof entry["name"] !== "string" || entry["name"] === "") return false;
  const inner = entry[part];
  if (part === "user") return inner === undefined || inner === null || isRecord(inner);
  const needed = isRecord(inner) ? inner[part === "cluster" ? "server" : "cluster"] : undefined;
  return typeof needed === "string" && needed !== "";
}

function userOf(entry: Readonly<Record<string, unknown>>, path: string): (User & { extras: UserExtras })[] {
  const settings = isRecord(entry["user"]) ? entry["user"] : {};
  const { tokenFile, exec } = settings;
  const ofFile = typeof tokenFile === "string" && tokenFile !== "";
  const user = {
    ...settings,
    // A program is run by ourselves, and a token in a file is read anew, which the official client does for pods only.
    exec: undefined,
    ...(ofFile && {
      token: undefined,
      "token-file": undefined,
      "auth-provider": { name: "tokenFile", config: { tokenFile: absolute(tokenFile, path) } },
    }),
  };
  const extras = {
    exec: parseExecPlugin(exec, (command) => commandPath(command, path)),
    groups: texts(settings["as-groups"]),
    uid: typeof settings["as-uid"] === "string" ? settings["as-uid"] : undefined,
  };
  return newUsers([{ ...entry, user }]).map((made) => ({ ...withAbsolutePaths(made, path), extras }));
}

function withAbsolutePaths<T extends { caFile?: string; certFile?: string; keyFile?: string }>(
  entry: T,
  path: string,
): T {
  const { caFile, certFile, keyFile } = entry;
  return {
    ...entry,
    ...(caFile && { caFile: absolute(caFile, path) }),
    ...(certFile && { certFile: absolute(certFile, path) }),
    ...(keyFile && { keyFile: absolute(keyFile, path) }),
  };
}

function absolute(file: string, kubeconfig: string): string {
  return isAbsolute(file) ? file : resolve(dirname(kubeconfig), file);
}

/** A bare name is looked for in PATH, a path with folders is meant from the kubeconfig's folder. */
function commandPath(command: string, kubeconfig: string): string {
  return command.includes("/") || command.includes(sep) ? absolute(command, kubeconfig) : command;
}

export function invalid(
  at: Place,
  problem: string,
  remedy = "correct it, or name another kubeconfig by --kubeconfig",
): Issue {
  return { code: "KUBECONFIG_INVALID", at, problem, remedy };
}

function placeOf(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function valueOf(make: () => unknown): unknown {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function entries(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text: unknown) => typeof text === "string") : [];
}
