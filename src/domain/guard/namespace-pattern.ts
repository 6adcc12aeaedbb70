/**
 * Which namespaces are guarded, by name: tests often make their namespaces themselves, so that a name is all that is known of them. The only
 * wildcard is `*`, any characters or none. Namespaces of the system are never guarded: a cluster whose own pods are refused does not heal.
 */
import { parseDnsLabel } from "../cluster/names.ts";
import { fail, ok, type Result } from "../result.ts";
import { celText } from "./cel-text.ts";

/** As written: `qa-*`, `*-e2e`, `checkout`. */
export type NamespacePattern = string & { readonly [kind]: "namespace pattern" };
declare const kind: unique symbol;

const LENGTH_MAX = 63;
const SYSTEM_PREFIXES = ["kube-", "openshift-"] as const;
const SYSTEM_NAMES = ["kube-system", "kube-public", "kube-node-lease", "openshift"] as const;
/** What tells that a pattern would take system namespaces, too. */
const SYSTEM_EXAMPLES = [...SYSTEM_NAMES, "openshift-apiserver", "openshift-etcd", "openshift-monitoring"] as const;
/** Many people's pods land there without a word about it, so it is guarded only if it is called by its name. */
const DEFAULT_NAMESPACE = "default";

/**
 * @param own the namespaces of the Stock, where shelves and agents run
 * @returns the pattern, or why it cannot be one, as a clause that follows the quoted text
 */
export function parseNamespacePattern(text: string, own: readonly string[]): Result<NamespacePattern, string> {
  if (!isNamespacePattern(text)) return fail(whyNotAPattern(text));
  // All namespaces but the system's is something that somebody may want; they are left out without being named.
  if (text === "*") return ok(text);
  const system = SYSTEM_EXAMPLES.find((name) => matchesPattern(text, name));
  const prefix = SYSTEM_PREFIXES.find((start) => text.startsWith(start));
  if (system !== undefined) return fail(`takes ${system}, and namespaces of the system cannot be guarded`);
  if (prefix !== undefined) return fail(`takes namespaces of the system (${prefix}*), which cannot be guarded`);
  const stocks = own.find((name) => matchesPattern(text, name));
  if (stocks !== undefined) return fail(`takes ${stocks}, where Larder's own pods run`);
  return ok(text);
}

/** Whether the guard looks at a namespace, as the policy itself decides it (`namespaceCondition`). */
export function isGuardedNamespace(
  namespace: string,
  guard: { readonly namespaces: readonly string[]; readonly ownNamespaces: readonly string[] },
): boolean {
  const { namespaces, ownNamespaces } = guard;
  if (isExcluded(namespace, namespaces, ownNamespaces)) return false;
  return namespaces.length === 0 || namespaces.some((pattern) => matchesPattern(pattern, namespace));
}

/** The same in CEL, on the namespace of the request. */
export function namespaceCondition(namespaces: readonly string[], ownNamespaces: readonly string[]): string {
  const excluded = excludedNamespaces(namespaces, ownNamespaces);
  const prefixes = SYSTEM_PREFIXES.map((prefix) => `!request.namespace.startsWith(${celText(prefix)})`);
  const isOutside = [`!(request.namespace in [${excluded.map(celText).join(", ")}])`, ...prefixes].join(" && ");
  if (namespaces.length === 0) return isOutside;
  return `(${namespaces.map(patternCondition).join(" || ")}) && ${isOutside}`;
}

/** Names that no pattern takes; beside them everything that begins with `kube-` or `openshift-`. */
export function excludedNamespaces(namespaces: readonly string[], own: readonly string[]): readonly string[] {
  const isDefaultMeant = namespaces.includes(DEFAULT_NAMESPACE);
  return [...new Set([...SYSTEM_NAMES, ...(isDefaultMeant ? [] : [DEFAULT_NAMESPACE]), ...own])].toSorted();
}

function isExcluded(namespace: string, namespaces: readonly string[], own: readonly string[]): boolean {
  if (SYSTEM_PREFIXES.some((prefix) => namespace.startsWith(prefix))) return true;
  return excludedNamespaces(namespaces, own).includes(namespace);
}

function patternCondition(pattern: string): string {
  const parts = pattern.split("*");
  const [first = "", last = ""] = parts;
  if (parts.length === 1) return `request.namespace == ${celText(pattern)}`;
  if (pattern === "*") return "true";
  if (parts.length === 2 && last === "") return `request.namespace.startsWith(${celText(first)})`;
  if (parts.length === 2 && first === "") return `request.namespace.endsWith(${celText(last)})`;
  return `request.namespace.matches(${celText(`^${parts.join(".*")}$`)})`;
}

function matchesPattern(pattern: string, namespace: string): boolean {
  return new RegExp(`^${pattern.split("*").join(".*")}$`).test(namespace);
}

function isNamespacePattern(text: string): text is NamespacePattern {
  return text.length <= LENGTH_MAX && parseDnsLabel(text.replace(/\*+/g, "x")).ok && !text.includes("**");
}

function whyNotAPattern(text: string): string {
  if (text.includes("**")) return "has two wildcards side by side, and one is enough";
  const name = parseDnsLabel(text.replace(/\*/g, "x"));
  return name.ok ? "cannot be a pattern of namespaces" : name.error;
}
