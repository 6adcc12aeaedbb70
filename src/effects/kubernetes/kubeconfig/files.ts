/** Which kubeconfig is meant, as kubectl decides it (client-go, tools/clientcmd: ClientConfigLoadingRules, InClusterConfig). */
import { delimiter, join } from "node:path";

export type KubeconfigSource =
  /** `isRequired`: a file that is not there is an error; of several in KUBECONFIG those that are there count. */
  | { readonly kind: "files"; readonly paths: readonly string[]; readonly isRequired: boolean }
  /** The service account of the pod in which this runs. */
  | { readonly kind: "in-cluster" };

export interface SourceOptions {
  /** Of the command line. */
  readonly kubeconfig: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** In the order in which they are tried; the first that is there is taken. */
export function kubeconfigSources({ kubeconfig, environment }: SourceOptions): readonly KubeconfigSource[] {
  if (kubeconfig !== undefined) return [{ kind: "files", paths: [kubeconfig], isRequired: true }];
  const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) return [{ kind: "files", paths: listed, isRequired: true }];
  const home = environment["HOME"] ?? environment["USERPROFILE"];
  const ofHome = home === undefined || home === "" ? [] : [join(home, ".kube", "config")];
  const isInPod = (environment["KUBERNETES_SERVICE_HOST"] ?? "") !== "";
  return [{ kind: "files", paths: ofHome, isRequired: false }, ...(isInPod ? [{ kind: "in-cluster" } as const] : [])];
}
