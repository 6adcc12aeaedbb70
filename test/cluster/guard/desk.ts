/** What tests of the guard need of a cluster: Larder's client for the guard itself, and requests of another make to try it with. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type Api, connectApi } from "../../../cluster/control-plane/api.ts";
import { adminKubeconfig, type Cluster } from "../../../cluster/folder.ts";
import { parseAllowPattern } from "../../../src/domain/guard/allow-pattern.ts";
import type { Guard } from "../../../src/domain/guard/guard.ts";
import { parseNamespacePattern } from "../../../src/domain/guard/namespace-pattern.ts";
import { normalizedImage, parseImageReference } from "../../../src/domain/image/reference.ts";
import { openKubernetes } from "../../../src/effects/kubernetes/open.ts";
import { systemClock } from "../../../src/effects/system/clock.ts";
import { systemFiles } from "../../../src/effects/system/files.ts";
import type { KubernetesApi } from "../../../src/ports/kubernetes.ts";
import { guardOff } from "../../../src/workflows/guarding/guard-off.ts";
import { guardOn } from "../../../src/workflows/guarding/guard-on.ts";
import { eventually } from "../harness/eventually.ts";

export interface Desk {
  readonly cluster: Cluster;
  readonly api: KubernetesApi;
  /** Of the guard; also the beginning of its namespaces' names. */
  readonly name: string;
  /** What the API server warned of. */
  readonly warnings: string[];
  on(change?: Partial<Guard>): Promise<void>;
  off(): Promise<number>;
  /** Makes `NAME-SUFFIX`, with the account that pods need. */
  namespace(suffix: string, labels?: Readonly<Record<string, string>>): Promise<string>;
  send: Api["send"];
  close(): Promise<void>;
}

export async function openDesk(cluster: Cluster): Promise<Desk> {
  const name = `g${randomUUID().slice(0, 6)}`;
  const raw = await connectApi(cluster, 4);
  const clock = systemClock();
  const warnings: string[] = [];
  const opened = await openKubernetes(
    { kubeconfig: adminKubeconfig(cluster), onWarning: (text) => void warnings.push(text) },
    {
      environment: {},
      clock,
      files: systemFiles(),
      random: Math.random,
      kill: (pid, signal) => void process.kill(pid, signal),
      userAgent: "larder/test",
    },
  );
  if (!opened.ok) throw new Error(opened.error.problem);
  const api = opened.value;
  const made: string[] = [];
  const off = async (): Promise<number> => {
    const done = await guardOff(name, { api, clock }, AbortSignal.timeout(60_000));
    if (!done.ok) throw new Error(JSON.stringify(done.error));
    return done.value.objects;
  };
  return {
    cluster,
    api,
    name,
    warnings,
    async on(change = {}) {
      const done = await guardOn({ ...guardOf(name), ...change }, { api, clock }, AbortSignal.timeout(60_000));
      if (!done.ok) throw new Error(JSON.stringify(done.error));
    },
    off,
    async namespace(suffix, labels = {}) {
      const namespace = `${name}-${suffix}`;
      const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };
      expect((await raw.send("POST", "/api/v1/namespaces", body)).status).toBe(201);
      made.push(namespace);
      const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
      await eventually("the account", async () => ((await raw.send("GET", account)).status === 200 ? true : undefined));
      return namespace;
    },
    send: (method, path, body) => raw.send(method, path, body),
    async close() {
      await off();
      for (const namespace of made) await raw.send("DELETE", `/api/v1/namespaces/${namespace}`);
      raw.close();
      api.close();
    },
  };
}

export const LISTED = "quay.io/acme/app:1";

function guardOf(name: string): Guard {
  return {
    name,
    stocks: [name],
    ownNamespaces: [`${name}-larder`],
    images: normalized([LISTED]),
    allowed: [],
    namespaces: patterns([`${name}-qa-*`]),
    selector: [],
    mode: "deny",
  };
}

export function patterns(texts: readonly string[]): Guard["namespaces"] {
  return texts.map((text) => valueOf(parseNamespacePattern(text, [])));
}

export function allowing(...texts: readonly string[]): Guard["allowed"] {
  return texts.map((text) => valueOf(parseAllowPattern(text)));
}

export function normalized(images: readonly string[]): readonly string[] {
  return images.map((image) => normalizedImage(valueOf(parseImageReference(image))));
}

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Asks the API server what it would do with an object. @returns "" where it takes it, else its words */
export async function tryObject(desk: Desk, path: string, object: object): Promise<string> {
  const answer = await desk.send("POST", `${path}?dryRun=All`, object);
  return answer.status === 201 ? "" : String((JSON.parse(answer.body) as { message?: unknown }).message);
}

export async function tryPod(desk: Desk, namespace: string, spec: object): Promise<string> {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "tried" }, spec };
  return tryObject(desk, `/api/v1/namespaces/${namespace}/pods`, object);
}

export async function tryImage(desk: Desk, namespace: string, image: string): Promise<string> {
  return tryPod(desk, namespace, { containers: [{ name: "main", image }] });
}
