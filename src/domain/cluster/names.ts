/**
 * Names of Kubernetes objects (k8s.io/apimachinery, pkg/util/validation). They are types of their own, so that a text which
 * nobody checked cannot become a name.
 */
import { fail, ok, type Result } from "../result.ts";

declare const kind: unique symbol;

/** Name of a namespace and of everything whose name is used as one word (RFC 1123 label). */
export type DnsLabel = string & { readonly [kind]: "label" | "label and subdomain" };

/** Name of a secret or a node: labels joined by dots (RFC 1123 subdomain). */
export type DnsSubdomain = string & { readonly [kind]: "subdomain" | "label and subdomain" };

const LABEL_LENGTH_MAX = 63;
const SUBDOMAIN_LENGTH_MAX = 253;
const label = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${label}(?:\\.${label})*$`);

/**
 * @param lengthMax where the name becomes part of longer ones
 * @returns the name, or why the text cannot be one, as a clause that follows the quoted text
 */
export function parseDnsLabel(text: string, lengthMax: number = LABEL_LENGTH_MAX): Result<DnsLabel, string> {
  if (isDnsLabel(text) && text.length <= lengthMax) return ok(text);
  return fail(whyNotAName(text, lengthMax) ?? "is not made of lower-case letters, digits and hyphens");
}

/** @returns the name, or why the text cannot be one, as a clause that follows the quoted text */
export function parseDnsSubdomain(text: string): Result<DnsSubdomain, string> {
  if (isDnsSubdomain(text)) return ok(text);
  const why = whyNotAName(text, SUBDOMAIN_LENGTH_MAX);
  return fail(why ?? "is not made of lower-case letters, digits, hyphens and dots");
}

function isDnsLabel(text: string): text is DnsLabel {
  return text.length <= LABEL_LENGTH_MAX && labelPattern.test(text);
}

function isDnsSubdomain(text: string): text is DnsSubdomain {
  return text.length <= SUBDOMAIN_LENGTH_MAX && subdomainPattern.test(text);
}

function whyNotAName(text: string, lengthMax: number): string | undefined {
  if (text === "") return "is empty";
  if (text.length > lengthMax) return `has ${text.length} characters, and ${lengthMax} are allowed`;
  if (/[A-Z]/.test(text)) return "has upper-case letters";
  if (/^[-.]|[-.]$/.test(text)) return "does not begin and end with a letter or digit";
  return undefined;
}
