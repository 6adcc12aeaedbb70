/** Syntax of Kubernetes labels (k8s.io/apimachinery, pkg/util/validation: IsQualifiedName, IsValidLabelValue). */
import { fail, ok, type Result } from "../result.ts";
import { parseDnsSubdomain } from "./names.ts";

export type Labels = ReadonlyMap<string, string>;

const NAME_LENGTH_MAX = 63;
const namePattern = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** @returns nothing, or why the text cannot be a label's key, as a clause that follows the quoted text */
export function checkLabelKey(key: string): Result<void, string> {
  const [first = "", second, ...more] = key.split("/");
  if (more.length > 0) return fail("has more than one slash");
  if (second === undefined) return checkName(first);
  const prefix = parseDnsSubdomain(first);
  if (!prefix.ok) return fail(`has a prefix that ${prefix.error}`);
  return checkName(second);
}

/** @returns nothing, or why the text cannot be a label's value, as a clause that follows the quoted text */
export function checkLabelValue(value: string): Result<void, string> {
  return value === "" ? ok(undefined) : checkName(value);
}

/** Keys that Kubernetes and the cloud providers' controllers write themselves; who changes them breaks scheduling. */
export function isReservedLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  return slash !== -1 && /(?:^|\.)(?:kubernetes|k8s)\.io$/.test(key.slice(0, slash));
}

function checkName(name: string): Result<void, string> {
  if (name === "") return fail("is empty");
  if (name.length > NAME_LENGTH_MAX) return fail(`has ${name.length} characters, and ${NAME_LENGTH_MAX} are allowed`);
  if (namePattern.test(name)) return ok(undefined);
  return fail("is not made of letters, digits, hyphens, underscores and dots, with a letter or digit at both ends");
}
