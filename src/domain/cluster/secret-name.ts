import { fail, ok, type Result } from "../result.ts";
import { type DnsLabel, type DnsSubdomain, parseDnsLabel, parseDnsSubdomain } from "./names.ts";

/** A secret of the cluster; who may read it is another question. */
export interface SecretName {
  readonly namespace: DnsLabel;
  readonly name: DnsSubdomain;
}

/** @returns the secret that `NAMESPACE/NAME` names, or why it names none, as a clause that follows the quoted text */
export function parseSecretName(text: string): Result<SecretName, string> {
  const [first = "", second, ...more] = text.split("/");
  if (second === undefined) return fail("does not say in which namespace the secret is");
  if (more.length > 0) return fail("has more than one slash");
  const namespace = parseDnsLabel(first);
  if (!namespace.ok) return fail(`has a namespace that ${namespace.error}`);
  const name = parseDnsSubdomain(second);
  if (!name.ok) return fail(`has a name that ${name.error}`);
  return ok({ namespace: namespace.value, name: name.value });
}

export function formatSecretName({ namespace, name }: SecretName): string {
  return `${namespace}/${name}`;
}
