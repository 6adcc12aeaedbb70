/**
 * The API of a cluster. Every call ends with its signal. Calls that can be repeated without harm are repeated while the server cannot be
 * reached or throttles, until the client's patience is over; so an API server that restarts is not noticed.
 */
import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { ObjectName, Resource } from "#domain/cluster/resource.ts";
import type { Result } from "#domain/result.ts";

export type ApiAnswer<T> = Result<T, ApiFailure>;

/** Which cluster, and as whom. */
export interface ClusterChoice {
  /** A file; absent: those of KUBECONFIG, or ~/.kube/config, or the service account of the pod in which this runs. */
  readonly kubeconfig?: string | undefined;
  /** Of the kubeconfig; absent: its current one. */
  readonly context?: string | undefined;
  /** Is told what the API server warns of (a version that will go, a field that it does not know), each text once. */
  readonly onWarning?: (text: string) => void;
}

export interface KubernetesApi {
  /** Where it is, for people: `https://127.0.0.1:6443 (context kind-qa)`. */
  readonly server: string;
  /** The namespace that the kubeconfig's context or the pod names; undefined: none. */
  readonly contextNamespace: string | undefined;
  version(signal: AbortSignal): Promise<ApiAnswer<ServerVersion>>;
  /** Whether the server serves a resource in this version (discovery): `serves("apps/v1", "daemonsets")`. */
  serves(apiVersion: string, resource: string, signal: AbortSignal): Promise<ApiAnswer<boolean>>;
  /** Names of the API groups that the server serves. */
  groups(signal: AbortSignal): Promise<ApiAnswer<readonly string[]>>;
  get(target: ObjectName, signal: AbortSignal): Promise<ApiAnswer<ApiObject>>;
  /**
   * All objects, page by page, without their `managedFields`.
   * @param read turns each object into what is kept of it, so that a large list costs no more memory; undefined: nothing
   */
  list<T>(query: ListQuery, read: ReadObject<T>, signal: AbortSignal): Promise<ApiAnswer<readonly T[]>>;
  /**
   * All objects, and then every change, without a gap: over broken connections, restarts of the server and expired versions (410), after
   * which everything is listed anew.
   * @returns when the signal aborts (ok), or when it can never work (forbidden, unauthorized, not found; the server was never reached at all)
   */
  watch<T>(
    query: ListQuery,
    read: ReadObject<T>,
    take: (change: Change<T>) => void,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>>;
  /** Server-side apply as field manager `larder`, which takes fields over from others. @returns the object as it is now */
  apply(object: ApiObject, options: WriteOptions, signal: AbortSignal): Promise<ApiAnswer<ApiObject>>;
  /** Never repeated: with `generateName` each call makes another object. */
  create(object: ApiObject, options: WriteOptions, signal: AbortSignal): Promise<ApiAnswer<ApiObject>>;
  /** JSON merge patch (RFC 7386): a field that is null is removed. */
  patch(
    target: ObjectName,
    change: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ApiAnswer<ApiObject>>;
  /** `not-found` counts as done; another object than that of `uid` is a `conflict`. Returns when the API has accepted it; finalizers and pods may take longer. */
  delete(target: ObjectName, options: DeleteOptions, signal: AbortSignal): Promise<ApiAnswer<void>>;
  /** Deletes what the query finds, in one request. */
  deleteAll(query: NamespacedQuery, options: DeleteOptions, signal: AbortSignal): Promise<ApiAnswer<void>>;
  /** The log of a container from its beginning up to now, in pieces as they come. */
  readLog(container: ContainerName, take: (piece: Uint8Array) => void, signal: AbortSignal): Promise<ApiAnswer<void>>;
  /** Ends what still runs, and closes all connections. */
  close(): void;
}

/** What is kept of an object. */
export type ReadObject<T> = (object: ApiObject) => T | undefined;

export interface ListQuery {
  readonly resource: Resource;
  /** Where a server may have only another version of it. @default that of `RESOURCES` */
  readonly apiVersion?: string;
  /** Absent: of all namespaces. */
  readonly namespace?: string;
  /** As `kubectl -l`: `a=b,c in (d,e)`. */
  readonly labelSelector?: string;
  /** As `kubectl --field-selector`. */
  readonly fieldSelector?: string;
}

export interface NamespacedQuery extends ListQuery {
  readonly namespace: string;
}

export type Change<T> =
  /** Everything that is there now: at first, and after each gap. */
  | { readonly kind: "listed"; readonly items: readonly T[] }
  /** Something is new or changed. */
  | { readonly kind: "changed"; readonly item: T }
  /** Something is gone; as it was last. */
  | { readonly kind: "deleted"; readonly item: T }
  /** The server cannot be reached now; it is asked again until the signal aborts. Told once for each gap. */
  | { readonly kind: "interrupted"; readonly failure: ApiFailure };

export interface WriteOptions {
  /** The server checks everything, admission included, and keeps nothing. @default false */
  readonly isDryRun?: boolean;
}

export interface DeleteOptions {
  /** Only this very object, not another of the same name. */
  readonly uid?: string;
  /** In seconds; absent: as the object says. */
  readonly gracePeriodSeconds?: number;
  /** What becomes of what it owns. @default Background */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
}

export interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** In full, with what a distribution adds: `v1.35.4-gke.100`. */
  readonly text: string;
}
