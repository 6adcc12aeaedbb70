/**
 * What the cluster made of a probe. Admission may change a pod (AlwaysPullImages, mutating policies and webhooks, the secrets of the
 * namespace's service account), and then it asks another question than was meant. So the pod is read back as the API has it.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { listAt, textAt, valueAt } from "../json/unknown-value.ts";

/**
 * @param wanted the pod as it was sent
 * @param created as the API has it
 * @returns why it does not ask what was meant, as a clause, by the name of the container, for those that do not
 */
export function alterationsOf(wanted: ApiObject, created: ApiObject): ReadonlyMap<string, string> {
  const whole = whyWholeAltered(wanted, created);
  const altered = new Map<string, string>();
  for (const container of listAt(wanted, "spec", "containers")) {
    const name = textAt(container, "name") ?? "";
    const why = whole ?? whyAltered(name, wanted, created);
    if (why !== undefined) altered.set(name, why);
  }
  return altered;
}

function whyWholeAltered(wanted: ApiObject, created: ApiObject): string | undefined {
  const node = textAt(created, "spec", "nodeName");
  if (node !== textAt(wanted, "spec", "nodeName"))
    return `the cluster sent the pod to the node ${node ?? "of its choice"}`;
  const [before, after] = [secretsOf(wanted), secretsOf(created)];
  if (before.join() === after.join()) return undefined;
  const given =
    after.length === 0 ? "took the pod its pull secrets" : `gave the pod the pull secrets ${after.join(", ")}`;
  return `the cluster ${given}; a service account of the namespace may have them`;
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

/** The image that a container asks for: that of the volume of its name, else its own. */
function askedBy(name: string, pod: ApiObject): { readonly image: string; readonly policy: string } | undefined {
  const volume = named(name, listAt(pod, "spec", "volumes"));
  const container = named(name, listAt(pod, "spec", "containers"));
  const asked = volume === undefined ? container : valueAt(volume, "image");
  if (container === undefined || asked === undefined) return undefined;
  const image = textAt(asked, volume === undefined ? "image" : "reference") ?? "";
  return { image, policy: textAt(asked, volume === undefined ? "imagePullPolicy" : "pullPolicy") ?? "" };
}

function named(name: string, list: readonly unknown[]): unknown {
  return list.find((item) => textAt(item, "name") === name);
}
