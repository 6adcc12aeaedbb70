/** A Kubernetes API in memory; the README beside says what it does and does not. */
import type { ApiFailure } from "../../../src/domain/cluster/api-failure.ts";
import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";
import { checkLabelValue } from "../../../src/domain/cluster/labels.ts";
import { parseDnsSubdomain } from "../../../src/domain/cluster/names.ts";
import { type ObjectName, RESOURCES, type Resource } from "../../../src/domain/cluster/resource.ts";
import { ok } from "../../../src/domain/result.ts";
import type {
  ApiAnswer,
  Change,
  ContainerName,
  DeleteOptions,
  KubernetesApi,
  ListQuery,
  NamespacedQuery,
  ReadObject,
  ServerVersion,
  WriteOptions,
} from "../../../src/ports/kubernetes.ts";
import { failed, isSame, resourceOf, targetOf } from "./answers.ts";
import { mergeApplied, mergePatch } from "./merge.ts";
import { ObjectStore } from "./store.ts";
import { found, Watcher } from "./watcher.ts";

export interface Call {
  readonly verb:
    | "version"
    | "groups"
    | "serves"
    | "get"
    | "list"
    | "watch"
    | "apply"
    | "create"
    | "patch"
    | "delete"
    | "deleteAll"
    | "readLog";
  readonly resource?: Resource;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface FakeKubernetesOptions {
  readonly version?: ServerVersion;
  readonly contextNamespace?: string;
  readonly groups?: readonly string[];
  /** Wall clock in ms. */
  readonly now?: () => number;
}

export class FakeKubernetes implements KubernetesApi {
  readonly server = "https://fake.test:6443 (context fake)";
  readonly contextNamespace: string | undefined;
  /** What was asked, in order. */
  readonly calls: Call[] = [];
  isClosed = false;
  readonly #options: FakeKubernetesOptions;
  readonly #store: ObjectStore;
  readonly #applied = new Map<string, Record<string, unknown>>();
  readonly #logs = new Map<string, string>();
  readonly #watchers = new Set<Watcher<unknown>>();
  readonly #failures: { failure: Pick<ApiFailure, "kind" | "message">; when: (call: Call) => boolean }[] = [];
  readonly #closing = new AbortController();
  #away: Pick<ApiFailure, "kind" | "message"> | undefined;

  constructor(options: FakeKubernetesOptions = {}) {
    this.#options = options;
    this.#store = new ObjectStore(options.now ?? (() => Date.parse("2026-01-01T00:00:00Z")));
    this.contextNamespace = options.contextNamespace;
    for (const name of ["default", "kube-system"])
      this.put({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }

  /** Writes an object as it is, as a controller or kubelet does, its status included. */
  put(object: ApiObject): ApiObject {
    const resource = resourceOf(object);
    const complete = this.#store.complete(structuredClone(object), this.#store.get(targetOf(resource, object)));
    this.#store.put(resource, complete);
    return structuredClone(complete);
  }

  /** Takes an object away without a call. */
  remove(target: ObjectName): void {
    const object = this.#store.get(target);
    if (object !== undefined) this.#store.remove(target.resource, object, false);
  }

  all(resource: Resource): ApiObject[] {
    return structuredClone(this.#store.all(resource));
  }

  /** @param when which call; absent: the next one */
  failNext(failure: Pick<ApiFailure, "kind" | "message">, when: (call: Call) => boolean = () => true): void {
    this.#failures.push({ failure, when });
  }

  /** From now on the server cannot be reached: watches wait, calls fail. */
  interrupt(message = "connection refused"): void {
    this.#away = { kind: "unreachable", message };
    for (const watcher of this.#watchers) watcher.interrupt({ ...this.#away, action: "watch" });
  }

  /** The server is back. @param isExpired it does not know what watches have missed, so they list everything */
  resume({ isExpired = false } = {}): void {
    this.#away = undefined;
    for (const watcher of this.#watchers) watcher.resume(isExpired);
  }

  setLog({ namespace, pod, container }: ContainerName, text: string): void {
    this.#logs.set(`${namespace}/${pod}/${container}`, text);
  }

  async version(signal: AbortSignal): Promise<ApiAnswer<ServerVersion>> {
    const version = this.#options.version ?? { major: 1, minor: 35, text: "v1.35.0" };
    return (await this.#begin({ verb: "version" }, signal)) ?? ok(version);
  }

  async groups(signal: AbortSignal): Promise<ApiAnswer<readonly string[]>> {
    return (await this.#begin({ verb: "groups" }, signal)) ?? ok(this.#options.groups ?? ["apps", "batch"]);
  }

  async serves(apiVersion: string, resource: string, signal: AbortSignal): Promise<ApiAnswer<boolean>> {
    const known = Object.entries(RESOURCES).some(([name, of]) => name === resource && of.apiVersion === apiVersion);
    return (await this.#begin({ verb: "serves" }, signal)) ?? ok(known);
  }

  async get(target: ObjectName, signal: AbortSignal): Promise<ApiAnswer<ApiObject>> {
    const failure = await this.#begin({ verb: "get", ...target }, signal);
    if (failure) return failure;
    const object = this.#store.get(target);
    return object === undefined ? this.#notFound("get", target) : ok(structuredClone(object));
  }

  async list<T>(query: ListQuery, read: ReadObject<T>, signal: AbortSignal): Promise<ApiAnswer<readonly T[]>> {
    const failure = await this.#begin({ verb: "list", resource: query.resource, namespace: query.namespace }, signal);
    return failure ?? ok(found(query, this.#store).flatMap((object) => read(structuredClone(object)) ?? []));
  }

  async watch<T>(
    query: ListQuery,
    read: ReadObject<T>,
    take: (change: Change<T>) => void,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>> {
    const watcher = new Watcher<T>(query, read, take, this.#store);
    const failure = await this.#begin(
      { verb: "watch", resource: query.resource, namespace: query.namespace },
      signal,
      true,
    );
    if (failure || signal.aborted) {
      watcher.close();
      return failure?.error.kind === "aborted" ? ok(undefined) : (failure ?? ok(undefined));
    }
    if (this.#away === undefined) watcher.list();
    else watcher.interrupt({ ...this.#away, action: `watch ${query.resource}` });
    const kept = watcher as Watcher<unknown>;
    this.#watchers.add(kept);
    await aborted(AbortSignal.any([signal, this.#closing.signal]));
    this.#watchers.delete(kept);
    watcher.close();
    return ok(undefined);
  }

  async apply(
    object: ApiObject,
    { isDryRun = false }: WriteOptions,
    signal: AbortSignal,
  ): Promise<ApiAnswer<ApiObject>> {
    const resource = resourceOf(object);
    const target = targetOf(resource, object);
    const failure = (await this.#begin({ verb: "apply", ...target }, signal)) ?? this.#refuse("apply", object, target);
    if (failure) return failure;
    const before = this.#store.get(target);
    const key = JSON.stringify(target);
    const last = before === undefined ? {} : (this.#applied.get(key) ?? {});
    const merged = mergeApplied({ ...before }, structuredClone({ ...object }), last) as ApiObject;
    return this.#write(resource, merged, before, isDryRun, () =>
      this.#applied.set(key, structuredClone({ ...object })),
    );
  }

  async create(
    object: ApiObject,
    { isDryRun = false }: WriteOptions,
    signal: AbortSignal,
  ): Promise<ApiAnswer<ApiObject>> {
    const { name, generateName = "" } = object.metadata;
    const named = { ...object, metadata: { ...object.metadata, name: name ?? this.#store.newName(generateName) } };
    const resource = resourceOf(object);
    const target = targetOf(resource, named);
    const failure = (await this.#begin({ verb: "create", ...target }, signal)) ?? this.#refuse("create", named, target);
    if (failure) return failure;
    if (this.#store.get(target) !== undefined)
      return failed("already-exists", `create ${object.kind}`, `${resource} "${target.name}" already exists`);
    return this.#write(resource, structuredClone(named), undefined, isDryRun, () => {});
  }

  async patch(
    target: ObjectName,
    change: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ApiAnswer<ApiObject>> {
    const failure = await this.#begin({ verb: "patch", ...target }, signal);
    if (failure) return failure;
    const before = this.#store.get(target);
    if (before === undefined) return this.#notFound("change", target);
    const merged = mergePatch({ ...before }, structuredClone({ ...change })) as ApiObject;
    return this.#refuse("change", merged, target) ?? this.#write(target.resource, merged, before, false, () => {});
  }

  async delete(target: ObjectName, { uid, propagation }: DeleteOptions, signal: AbortSignal): Promise<ApiAnswer<void>> {
    const failure = await this.#begin({ verb: "delete", ...target }, signal);
    if (failure) return failure.error.kind === "not-found" ? ok(undefined) : failure;
    const object = this.#store.get(target);
    if (object === undefined) return ok(undefined);
    if (uid !== undefined && uid !== object.metadata.uid)
      return failed("conflict", `delete ${target.name}`, `the UID is ${object.metadata.uid}, and not ${uid}`);
    this.#store.remove(target.resource, object, propagation === "Orphan");
    return ok(undefined);
  }

  async deleteAll(
    query: NamespacedQuery,
    { propagation }: DeleteOptions,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>> {
    const failure = await this.#begin(
      { verb: "deleteAll", resource: query.resource, namespace: query.namespace },
      signal,
    );
    if (failure) return failure;
    for (const object of found(query, this.#store))
      this.#store.remove(query.resource, object, propagation === "Orphan");
    return ok(undefined);
  }

  async readLog(
    container: ContainerName,
    take: (piece: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<ApiAnswer<void>> {
    const { namespace, pod, container: name } = container;
    const failure = await this.#begin({ verb: "readLog", resource: "pods", namespace, name: pod }, signal);
    if (failure) return failure;
    if (this.#store.get({ resource: "pods", namespace, name: pod }) === undefined)
      return this.#notFound("read the log of", { resource: "pods", namespace, name: pod });
    const text = this.#logs.get(`${namespace}/${pod}/${name}`) ?? "";
    if (text !== "") take(Buffer.from(text));
    return ok(undefined);
  }

  close(): void {
    this.isClosed = true;
    this.#closing.abort();
  }

  /** @returns why the call fails, if it does; a moment passes, as over a network */
  async #begin(
    call: Call,
    signal: AbortSignal,
    isWatch = false,
  ): Promise<{ ok: false; error: ApiFailure } | undefined> {
    this.calls.push(call);
    await Promise.resolve();
    const action = [call.verb, call.resource, call.name].filter((word) => word !== undefined).join(" ");
    if (signal.aborted || this.isClosed) return failed("aborted", action, "it was interrupted");
    const index = this.#failures.findIndex(({ when }) => when(call));
    const [next] = index === -1 ? [] : this.#failures.splice(index, 1);
    const failure = next?.failure ?? (isWatch ? undefined : this.#away);
    return failure && failed(failure.kind, action, failure.message);
  }

  #write(
    resource: Resource,
    object: ApiObject,
    before: ApiObject | undefined,
    isDryRun: boolean,
    written: () => void,
  ): ApiAnswer<ApiObject> {
    // A change that changes nothing makes no version and no event.
    if (before !== undefined && isSame(object, before)) {
      if (!isDryRun) written();
      return ok(structuredClone(before));
    }
    const complete = this.#store.complete(object, before);
    if (!isDryRun) {
      written();
      this.#store.put(resource, complete);
    }
    return ok(structuredClone(complete));
  }

  #refuse(verb: string, object: ApiObject, target: ObjectName): { ok: false; error: ApiFailure } | undefined {
    const action = `${verb} ${object.kind} ${target.name}`;
    const { namespace, resourceVersion, labels = {} } = object.metadata;
    const name = parseDnsSubdomain(target.name);
    if (!name.ok)
      return failed("invalid", action, `${object.kind} "${target.name}" is invalid: the name ${name.error}`);
    const label = Object.entries(labels).find(([, value]) => !checkLabelValue(value).ok);
    if (label !== undefined) return failed("invalid", action, `metadata.labels: Invalid value: "${label[1]}"`);
    if (RESOURCES[target.resource].isNamespaced) {
      const isThere = this.#store.get({ resource: "namespaces", name: namespace ?? "" });
      if (isThere === undefined) return failed("not-found", action, `namespaces "${namespace}" not found`);
    }
    const current = this.#store.get(target)?.metadata.resourceVersion;
    if (current !== undefined && resourceVersion !== undefined && resourceVersion !== current)
      return failed("conflict", action, "the object has been modified");
    return undefined;
  }

  #notFound(verb: string, { resource, name }: ObjectName): { ok: false; error: ApiFailure } {
    return failed("not-found", `${verb} ${RESOURCES[resource].kind} ${name}`, `${resource} "${name}" not found`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
