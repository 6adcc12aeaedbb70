/**
 * Copies of the pull secrets in the Stock's namespaces, since a pod can only name secrets of its own. Type and data stay as they are: the
 * kubelet knows a credential again by its hash, whichever secret it comes from.
 */
import { createHash } from "node:crypto";
import type { ApiObject } from "../cluster/api-object.ts";
import type { DnsLabel } from "../cluster/names.ts";
import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import { COPIED_FROM_ANNOTATION, stockLabels } from "./labels.ts";
import { objectName } from "./object-name.ts";
import type { SourceSecret, StockPlan } from "./stock-plan.ts";

/** Name of a secret's copy, the same in each of the Stock's namespaces. */
export function copyName(stock: string, { namespace, name }: SecretName): DnsLabel {
  return objectName(stock, "pull", namespace, name);
}

/** @param used those that pods of the namespace name; the others have no business there */
export function secretCopies(
  { stock, secrets }: StockPlan,
  namespace: string,
  used: readonly SecretName[],
): readonly ApiObject[] {
  const names = new Set(used.map(formatSecretName));
  const wanted = secrets.filter(({ name }) => names.has(formatSecretName(name)));
  const copies = wanted.map((source) => secretCopy(source, stock.name, namespace));
  return copies.toSorted((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
}

function secretCopy({ name, type, data }: SourceSecret, stock: string, namespace: string): ApiObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: copyName(stock, name),
      namespace,
      labels: stockLabels(stock),
      annotations: { [COPIED_FROM_ANNOTATION]: formatSecretName(name) },
    },
    type,
    data: Object.fromEntries(Array.from(data, ([key, text]) => [key, text.reveal()])),
  };
}

/**
 * Changes when the secret was written anew. Not a hash of what is in it, by which those who see the pod could check a guess.
 * @returns undefined where nobody told which version it is
 */
export function secretVersion({ uid, resourceVersion }: SourceSecret): string | undefined {
  if (uid === undefined || resourceVersion === undefined) return undefined;
  return createHash("sha256").update(`${uid} ${resourceVersion}`).digest("hex").slice(0, 16);
}
