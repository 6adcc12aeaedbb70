/** Flags of every command that asks a cluster. They mean what they mean for kubectl. */
import { parseDnsLabel } from "#domain/cluster/names.ts";

export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export const clusterFlags = {
  kubeconfig: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief:
      "Kubeconfig [default: KUBECONFIG, or ~/.kube/config, or the service account of the pod in which larder runs]",
    placeholder: "file",
  },
  context: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Context of the kubeconfig [default: its current one]",
    placeholder: "name",
  },
  namespace: {
    kind: "parsed",
    parse: namespaceOf,
    optional: true,
    brief: "Namespace [default: the Stock's, which is larder if its file names none]",
    placeholder: "name",
  },
} as const;

export const clusterAliases = { n: "namespace" } as const;

function namespaceOf(text: string): string {
  const namespace = parseDnsLabel(text);
  if (!namespace.ok) throw new SyntaxError(`"${text}" ${namespace.error}`);
  return namespace.value;
}
