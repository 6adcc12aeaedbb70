/**
 * What the cluster made of a probe. Admission may change a pod (AlwaysPullImages, mutating policies and webhooks, the secrets of the
 * namespace's service account), and then it asks another question than was meant. So the pod is read back as the API has it.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { listAt, textAt, valueAt } from "../json/unknown-value.ts";

export interface Alterations {
  /** Why a question is not asked as it was meant, as a clause, by the name of its container or volume, for those that are not. */
  readonly questions: ReadonlyMap<string, string>;
  /**
   * Secrets that a pod without any was given: those of its service account. They change the question only where one of them matches the
   * image; OpenShift gives every pod such secrets for its own registry.
   */
  readonly givenSecrets: readonly string[];
}

/**
 * @param wanted the pod as it was sent
 * @param created as the API has it
 * @param names of the containers or volumes that ask
 */
export function alterationsOf(wanted: ApiObject, created: ApiObject, names: readonly string[]): Alterations {
  const [before, after] = [secretsOf(wanted), secretsOf(created)];
  const whole = whyOtherNode(wanted, created) ?? whyOtherSecrets(before, after);
  const questions = new Map<string, string>();
  for (const name of names) {
    const why = whole ?? whyAltered(name, wanted, created);
    if (why !== undefined) questions.set(name, why);
  }
  return { questions, givenSecrets: before.length === 0 ? after : [] };
}

function whyOtherNode(wanted: ApiObject, created: ApiObject): string | undefined {
  const node = textAt(created, "spec", "nodeName");
  return node === textAt(wanted, "spec", "nodeName") ? undefined : `the cluster sent the pod to ${node ?? "any node"}`;
}

function whyOtherSecrets(before: readonly string[], after: readonly string[]): string | undefined {
  if (before.length === 0 || before.join() === after.join()) return undefined;
  return `the cluster changed the pod's pull secrets to ${after.length === 0 ? "none" : after.join(", ")}`;
}

function secretsOf(pod: ApiObject): readonly string[] {
  return listAt(pod, "spec", "imagePullSecrets").map((secret) => textAt(secret, "name") ?? "");
}

function whyAltered(name: string, wanted: ApiObject, created: ApiObject): string | undefined {
  const [asked, is] = [askedBy(name, wanted), askedBy(name, created)];
  if (is === undefined) return "the cluster took the image out of the pod";
  if (is.image !== asked?.image) return `the cluster changed the image of the pod to ${is.image}`;
  if (is.policy === asked.policy) return undefined;
  return `the cluster changed the pod's pull policy to ${is.policy} (AlwaysPullImages or a mutating policy does so)`;
}

/** The image that is asked for: that of the volume of this name, else that of the container. */
function askedBy(name: string, pod: ApiObject): { readonly image: string; readonly policy: string } | undefined {
  const volume = valueAt(named(name, listAt(pod, "spec", "volumes")), "image");
  if (volume !== undefined)
    return { image: textAt(volume, "reference") ?? "", policy: textAt(volume, "pullPolicy") ?? "" };
  const container = named(name, listAt(pod, "spec", "containers"));
  if (container === undefined) return undefined;
  return { image: textAt(container, "image") ?? "", policy: textAt(container, "imagePullPolicy") ?? "" };
}

function named(name: string, list: readonly unknown[]): unknown {
  return list.find((item) => textAt(item, "name") === name);
}
