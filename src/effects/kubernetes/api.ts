/** The port, put together: each call is a question, a decoder and a rule for when it may be asked again. */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { type ObjectName, RESOURCES } from "#domain/cluster/resource.ts";
import { FIELD_MANAGER } from "#domain/manifests/labels.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { ApiAnswer, DeleteOptions, KubernetesApi, ListQuery, WriteOptions } from "#ports/kubernetes.ts";
import { decodeGroups, decodeResources, decodeVersion } from "#wire/kubernetes/discovery.ts";
import { decodeObject, type TypeOfObject } from "#wire/kubernetes/object.ts";
import { pathOfObject, pathOfVersion, targetOf, withQuery } from "#wire/kubernetes/paths.ts";
import { type Asking, askJson, askList, type Question } from "./ask.ts";
import { apiFailure, type Failed, notAnApi } from "./failed.ts";
import { listPages, pathOfList } from "./list.ts";
import { logAction, readLogOnce } from "./log.ts";
import { type Patience, withPatience } from "./patience.ts";
import { watchChanges } from "./watch.ts";

export interface ApiParts {
  readonly server: string;
  readonly contextNamespace: string | undefined;
  readonly asking: Asking;
  readonly patience: Patience;
  readonly silenceMs: number;
  /** Ends everything that still runs. */
  readonly closing: AbortController;
}

export function kubernetesApi(parts: ApiParts): KubernetesApi {
  const { asking, closing } = parts;
  const during = <T>(signal: AbortSignal, work: (either: AbortSignal) => Promise<T>) =>
    untilEither(signal, closing.signal, work);
  const answer = <T>(question: Question, decode: (value: unknown) => T | undefined, signal: AbortSignal) =>
    during(signal, (either) => answerTo(question, decode, parts, either));
  const getJson = <T>(path: string, action: string, decode: (value: unknown) => T | undefined, signal: AbortSignal) =>
    answer({ method: "GET", path, action }, decode, signal);

  return {
    server: parts.server,
    contextNamespace: parts.contextNamespace,
    version: (signal) => getJson("/version", "ask for the version", decodeVersion, signal),
    groups: (signal) => getJson("/apis", "ask for the API groups", decodeGroups, signal),
    async serves(apiVersion, resource, signal) {
      const served = await getJson(pathOfVersion(apiVersion), `ask for ${apiVersion}`, decodeResources, signal);
      if (served.ok) return ok(served.value.includes(resource));
      return served.error.kind === "not-found" ? ok(false) : served;
    },
    get: (target, signal) =>
      getJson(pathOfObject(target), `get ${nameOf(target)}`, objectOf(RESOURCES[target.resource]), signal),
    list: (query, read, signal) =>
      during(signal, async (either) => {
        const action = `list ${placeOf(query)}`;
        const listed = await listPages(query, read, (path, taker) =>
          withPatience(
            () => askList({ method: "GET", path, action }, taker, asking, either),
            isWorthAnother,
            parts.patience,
            either,
          ),
        );
        return listed.ok ? ok(listed.value.items) : apiFailure(action, listed.error);
      }),
    watch: (query, read, take, signal) => during(signal, (either) => watchChanges(query, read, take, parts, either)),
    apply: (object, options, signal) => answer(applyQuestion(object, options), objectOf(object), signal),
    create: (object, options, signal) => answer(createQuestion(object, options), objectOf(object), signal),
    patch: (target, change, signal) =>
      answer(patchQuestion(target, change), objectOf(RESOURCES[target.resource]), signal),
    async delete(target, options, signal) {
      const question = deleteQuestion(pathOfObject(target), `delete ${nameOf(target)}`, options);
      return absentIsDone(await answer(question, () => true, signal));
    },
    async deleteAll(query, options, signal) {
      const question = deleteQuestion(pathOfList(query, {}), `delete ${placeOf(query)}`, options);
      return absentIsDone(await answer(question, () => true, signal));
    },
    readLog: (container, take, signal) =>
      during(signal, async (either) => {
        const read = (): Promise<Result<void, Failed>> => readLogOnce(container, take, asking, either);
        const done = await withPatience(read, isAboutServer, parts.patience, either);
        return done.ok ? done : apiFailure(logAction(container), done.error);
      }),
    close() {
      closing.abort();
      asking.transport.close();
    },
  };
}

async function answerTo<T>(
  question: Question,
  decode: (value: unknown) => T | undefined,
  parts: ApiParts,
  signal: AbortSignal,
): Promise<ApiAnswer<T>> {
  const answer = await ask(question, parts, signal);
  if (!answer.ok) return apiFailure(question.action, answer.error);
  const value = decode(answer.value);
  return value === undefined ? apiFailure(question.action, notAnApi("the answer is not what it should be")) : ok(value);
}

function ask(
  question: Question,
  { asking, patience }: ApiParts,
  signal: AbortSignal,
): Promise<Result<unknown, Failed>> {
  const mayBeRepeated = question.isOnce === true ? isUndone : isWorthAnother;
  return withPatience(() => askJson(question, asking, signal), mayBeRepeated, patience, signal);
}

function isWorthAnother({ again }: Failed): boolean {
  return again !== "useless";
}

/** The server reads a log from the kubelet; a kubelet that does not answer it will not do so in a moment, and a thousand of them are asked. */
function isAboutServer(failed: Failed): boolean {
  return isWorthAnother(failed) && failed.kind !== "server";
}

function isUndone({ again }: Failed): boolean {
  return again === "done-nothing";
}

function applyQuestion(object: ApiObject, { isDryRun = false }: WriteOptions): Question {
  const { collection, action } = writeTarget("apply", object);
  const parameters = { fieldManager: FIELD_MANAGER, force: true, dryRun: isDryRun && "All" };
  const path = withQuery(`${collection}/${encodeURIComponent(object.metadata.name ?? "")}`, parameters);
  // JSON is YAML.
  return { method: "PATCH", path, action, body: { type: "application/apply-patch+yaml", value: object } };
}

function createQuestion(object: ApiObject, { isDryRun = false }: WriteOptions): Question {
  const { collection, action } = writeTarget("create", object);
  const path = withQuery(collection, { fieldManager: FIELD_MANAGER, dryRun: isDryRun && "All" });
  return { method: "POST", path, action, body: { type: "application/json", value: object }, isOnce: true };
}

function patchQuestion(target: ObjectName, change: Readonly<Record<string, unknown>>): Question {
  const path = withQuery(pathOfObject(target), { fieldManager: FIELD_MANAGER });
  const body = { type: "application/merge-patch+json", value: change };
  return { method: "PATCH", path, action: `change ${nameOf(target)}`, body };
}

function deleteQuestion(path: string, action: string, options: DeleteOptions): Question {
  const { uid, gracePeriodSeconds, propagation = "Background" } = options;
  const value = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(uid !== undefined && { preconditions: { uid } }),
  };
  return { method: "DELETE", path, action, body: { type: "application/json", value } };
}

function writeTarget(verb: string, object: ApiObject): { collection: string; action: string } {
  const target = targetOf(object);
  if (target === undefined) throw new Error(`${object.kind} is in no list of resources (domain/cluster/resource.ts)`);
  const { name, generateName = "", namespace } = object.metadata;
  const place = namespace === undefined ? "" : `${namespace}/`;
  return { collection: target.collection, action: `${verb} ${object.kind} ${place}${name ?? `${generateName}…`}` };
}

function absentIsDone(answer: ApiAnswer<true>): ApiAnswer<void> {
  return answer.ok || answer.error.kind === "not-found" ? ok(undefined) : fail(answer.error);
}

function objectOf(type: TypeOfObject): (value: unknown) => ApiObject | undefined {
  return (value) => decodeObject(value, type);
}

function nameOf({ resource, namespace, name }: ObjectName): string {
  const { kind } = RESOURCES[resource];
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function placeOf({ resource, namespace }: ListQuery): string {
  return namespace === undefined ? resource : `${resource} in ${namespace}`;
}

async function untilEither<T>(
  one: AbortSignal,
  other: AbortSignal,
  work: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const abort = (): void => either.abort();
  if (one.aborted || other.aborted) abort();
  one.addEventListener("abort", abort, { once: true });
  other.addEventListener("abort", abort, { once: true });
  try {
    return await work(either.signal);
  } finally {
    one.removeEventListener("abort", abort);
    other.removeEventListener("abort", abort);
  }
}
