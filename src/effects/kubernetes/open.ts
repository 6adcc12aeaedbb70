/** Opens the API of the cluster that the command line, the environment or the pod names. Nothing is asked of it yet. */

import { setMaxListeners } from "node:events";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { Files } from "#ports/files.ts";
import type { ClusterChoice, KubernetesApi } from "#ports/kubernetes.ts";
import { kubernetesApi } from "./api.ts";
import type { Asking } from "./ask.ts";
import { keepIdentity } from "./identity.ts";
import { authenticator, checkKeys } from "./kubeconfig/authenticate.ts";
import { type LoadedKubeconfig, loadKubeconfig } from "./kubeconfig/load.ts";
import { openTransport } from "./transport.ts";

export interface KubernetesPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly files: Pick<Files, "read">;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Sends a signal to a process, or to the group -pid; throws if there is none. */
  readonly kill: (pid: number, signal: "SIGKILL") => void;
  /** `larder/1.2.3` */
  readonly userAgent: string;
}

export interface KubernetesTimes {
  /** For one request with its answer. @default 30000 */
  readonly requestMs?: number;
  /** How long calls are repeated while the server cannot be reached or throttles. @default 15000 */
  readonly patienceMs?: number;
  /** The same, as long as the server was never reached. @default 5000 */
  readonly firstReachMs?: number;
  /** How long an answer may take to begin, as long as there was none: behind some addresses nobody ever answers. @default 15000 */
  readonly firstAnswerMs?: number;
  /** A watch that brings nothing for so long is dead. @default 90000 */
  readonly silenceMs?: number;
}

/** @returns the API, to be closed by the caller; or what is wrong with the kubeconfig */
export async function openKubernetes(
  choice: ClusterChoice,
  ports: KubernetesPorts,
  times: KubernetesTimes = {},
): Promise<Result<KubernetesApi, Issue>> {
  const { kubeconfig, context } = choice;
  const loaded = await loadKubeconfig({ kubeconfig, context, environment: ports.environment, files: ports.files });
  if (!loaded.ok) return loaded;
  const checked = await checkKeys(loaded.value);
  return checked.ok ? ok(open(loaded.value, choice, ports, times)) : fail(checked.error);
}

function open(
  loaded: LoadedKubeconfig,
  { onWarning = () => {} }: ClusterChoice,
  ports: KubernetesPorts,
  times: KubernetesTimes,
): KubernetesApi {
  const { clock, random, userAgent } = ports;
  const { requestMs = 30_000, patienceMs = 15_000, silenceMs = 90_000 } = times;
  const { firstReachMs = 5_000, firstAnswerMs = 15_000 } = times;
  const closing = new AbortController();
  // Every call listens to it; Node's warning of more than ten is about leaks, and this is none.
  setMaxListeners(0, closing.signal);
  const transport = openTransport({ server: new URL(loaded.cluster.server), clock, firstReachMs, firstAnswerMs });
  const identities = keepIdentity(authenticator(loaded, ports), clock, closing.signal);
  const asking: Asking = { transport, identities, clock, userAgent, requestMs, onWarning: once(onWarning) };
  return kubernetesApi({
    server: describe(loaded),
    contextNamespace: loaded.namespace,
    asking,
    patience: { clock, transport, random, patienceMs },
    silenceMs,
    closing,
  });
}

function describe({ cluster, context }: LoadedKubeconfig): string {
  // A URL may hold a password; where it is shown, it is not.
  const { protocol, host, pathname } = new URL(cluster.server);
  const server = `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
  return context === undefined ? `${server} (service account of this pod)` : `${server} (context ${context})`;
}

/** The server warns at each request. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}
