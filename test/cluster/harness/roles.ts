/** Users of the cluster who have exactly the roles of `deploy/`, with the namespaces of a test in the place of those in the files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { makeCertificate, writeKubeconfig } from "../../../cluster/control-plane/certificates.ts";
import { adminKubeconfig } from "../../../cluster/folder.ts";
import { cluster } from "./cluster.ts";

const deploy = fileURLToPath(new URL("../../../deploy", import.meta.url));

/** The files of `deploy/`, without `.yaml`. */
export type RoleFile =
  | "up"
  | "await"
  | "down"
  | "purge-images"
  | "label-nodes"
  | "pull-secrets"
  | "own-namespaces"
  | "guard";

export interface RolePlaces {
  /** Instead of `larder`; that of the agents follows. */
  readonly stock: string;
  /** Instead of `ci`, where pull secrets are. */
  readonly secrets: string;
}

export interface Grant {
  readonly files: readonly RoleFile[];
  /** Of one of the files, one right is left out. */
  readonly without?: { readonly file: RoleFile; readonly verb: string; readonly resource: string };
}

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

interface RoleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  /** Of a binding. */
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
}

const config = new KubeConfig();
config.loadFromFile(adminKubeconfig(cluster));
const objects = KubernetesObjectApi.makeApiClient(config);

/** Makes a user without rights. @returns the path of a kubeconfig */
export async function makeUser(name: string): Promise<string> {
  const file = join(cluster.path, `${name}.kubeconfig`);
  await makeCertificate(cluster, { name, user: name });
  await writeKubeconfig(cluster, file, name, `https://127.0.0.1:${cluster.ports.api}`);
  return file;
}

/** Makes the namespaces of `deploy/namespaces.yaml`. @returns takes them away again */
export async function makeNamespaces(places: RolePlaces): Promise<() => Promise<void>> {
  return create(await adapted("namespaces", places));
}

/**
 * Gives a user the roles of files.
 * @param id makes the names of what belongs to the whole cluster unique
 * @returns takes what belongs to the whole cluster away again; the rest goes with its namespaces
 */
export async function grant(
  user: string,
  { files, without }: Grant,
  places: RolePlaces,
  id: string,
): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  for (const file of files) {
    const roles = (await adapted(file, places))
      .map((role) => named(role, id))
      .map((role) => {
        const rules = role.rules?.flatMap((rule) => (file === without?.file ? remaining(rule, without) : [rule]));
        return { ...role, ...(rules && { rules }) };
      });
    ends.push(await create([...roles, ...roles.map((role) => bindingOf(role, user))]));
  }
  return async () => {
    for (const end of ends) await end();
  };
}

/** What is left of a rule, one right each. */
function remaining(rule: Rule, { verb, resource }: { verb: string; resource: string }): Rule[] {
  return rule.resources.flatMap((one) =>
    rule.verbs
      .filter((candidate) => candidate !== verb || one !== resource)
      .map((candidate) => ({ ...rule, resources: [one], verbs: [candidate] })),
  );
}

/** All that a file grants, as `VERB RESOURCE in PLACE`. */
export async function grantedBy(file: RoleFile): Promise<string[]> {
  const roles = await adapted(file, { stock: "larder", secrets: "ci" });
  return roles.flatMap(({ metadata, rules = [] }) =>
    rules.flatMap(({ verbs, resources }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} in ${metadata.namespace ?? "cluster"}`)),
    ),
  );
}

async function adapted(file: RoleFile | "namespaces", { stock, secrets }: RolePlaces): Promise<RoleObject[]> {
  const text = await readFile(join(deploy, `${file}.yaml`), "utf8");
  const words = new Map([
    ["larder", stock],
    ["larder-agents", `${stock}-agents`],
    ["ci", secrets],
  ]);
  const place = (name: string): string => words.get(name) ?? name;
  return parseAllDocuments(text).map((document) => {
    const object = document.toJS() as RoleObject;
    const { metadata, rules } = object;
    const where = metadata.namespace === undefined ? {} : { namespace: place(metadata.namespace) };
    const name = object.kind === "Namespace" ? { name: place(metadata.name) } : {};
    return { ...object, metadata: { ...metadata, ...where, ...name }, ...(rules && { rules: rules.map(adaptRule) }) };
  });

  function adaptRule(rule: Rule): Rule {
    if (rule.resourceNames === undefined) return rule;
    const isSecret = rule.resources.includes("secrets");
    return { ...rule, resourceNames: isSecret ? ["alice", "bob"] : rule.resourceNames.map(place) };
  }
}

function named(role: RoleObject, id: string): RoleObject {
  return { ...role, metadata: { ...role.metadata, name: `${role.metadata.name}-${id}` } };
}

function bindingOf({ kind, metadata }: RoleObject, user: string): RoleObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: `${kind}Binding`,
    metadata: { ...metadata },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: metadata.name },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  };
}

async function create(wanted: readonly RoleObject[]): Promise<() => Promise<void>> {
  for (const object of wanted) await objects.create(object);
  const outlasting = [undefined, "default"];
  const ofCluster = wanted.filter(({ metadata }) => outlasting.includes(metadata.namespace));
  return async () => {
    // What a test took away itself is away.
    for (const object of ofCluster) await objects.delete(object).catch(() => undefined);
  };
}
