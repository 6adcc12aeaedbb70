/** The kubeconfig's context as one: cluster, user, namespace; read by the official client's KubeConfig, which then also authenticates. */
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Cluster, Context, User } from "@kubernetes/client-node/dist/config_types.js";
import type { Issue } from "#domain/issue.ts";
import { nearestWord } from "#domain/nearest-word.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";
import { kubeconfigSources, type SourceOptions } from "./files.ts";
import { invalid, type KubeconfigFile, parseKubeconfig, type UserExtras } from "./parse.ts";

export interface LoadedKubeconfig {
  readonly config: KubeConfig;
  readonly cluster: Cluster;
  readonly user: User;
  readonly extras: UserExtras;
  /** undefined: the service account of a pod. */
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  /** Where a person looks for what is wrong. */
  readonly file: string;
}

export interface LoadOptions extends SourceOptions {
  /** Of the command line. */
  readonly context: string | undefined;
  readonly files: Pick<Files, "read">;
  /** Before the paths of a pod's service account. @default nothing */
  readonly podRoot?: string;
}

const NO_EXTRAS: UserExtras = { exec: undefined, groups: [], uid: undefined };

export async function loadKubeconfig(options: LoadOptions): Promise<Result<LoadedKubeconfig, Issue>> {
  for (const source of kubeconfigSources(options)) {
    if (source.kind === "in-cluster") return loadInCluster(options);
    const files = await readFiles(source.paths, options.files);
    if (!files.ok) return files;
    if (files.value.length > 0) return pickContext(files.value, options.context);
    if (source.isRequired) {
      const [file = ""] = source.paths;
      return fail(invalid({ file }, "the kubeconfig does not exist", "name another one by --kubeconfig"));
    }
  }
  return fail(
    invalid(
      { file: "kubeconfig" },
      "no cluster is named: there is neither --kubeconfig nor KUBECONFIG nor ~/.kube/config, and this is no pod of a cluster",
      "name a kubeconfig by --kubeconfig",
    ),
  );
}

/** Those that are there. */
async function readFiles(
  paths: readonly string[],
  files: Pick<Files, "read">,
): Promise<Result<readonly KubeconfigFile[], Issue>> {
  const read: KubeconfigFile[] = [];
  for (const path of paths) {
    const bytes = await files.read(path);
    if (!bytes.ok && bytes.error === "does not exist") continue;
    if (!bytes.ok) return fail(invalid({ file: path }, `the kubeconfig ${bytes.error}`, "name one that can be read"));
    const parsed = parseKubeconfig(path, Buffer.from(bytes.value).toString("utf8"));
    if (!parsed.ok) return parsed;
    read.push(parsed.value);
  }
  return ok(read);
}

function pickContext(files: readonly KubeconfigFile[], wanted: string | undefined): Result<LoadedKubeconfig, Issue> {
  const contexts = files.flatMap((file) => file.contexts);
  const [{ path: file } = { path: "" }] = files;
  const name = wanted ?? files.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  const context = contexts.find((known) => known.name === name);
  if (context === undefined) return fail(noContext(name, contexts, file));
  const cluster = files.flatMap(({ clusters }) => clusters).find((known) => known.name === context.cluster);
  if (cluster === undefined)
    return fail(
      invalid({ file }, `context "${context.name}" names the cluster "${context.cluster}", which is not there`),
    );
  // TypeScript has it as always there; files leave it out, and then nobody is authenticated.
  const userName = context.user || undefined;
  const user = files.flatMap(({ users }) => users).find((known) => known.name === userName);
  if (user === undefined && userName !== undefined)
    return fail(invalid({ file }, `context "${context.name}" names the user "${userName}", who is not there`));
  const problem = wrongServer(cluster.server) ?? goneProvider(user);
  if (problem !== undefined) return fail(invalid({ file }, problem));
  return ok(load(file, context, cluster, user ?? { name: "nobody" }, user?.extras ?? NO_EXTRAS));
}

function load(file: string, context: Context, cluster: Cluster, user: User, extras: UserExtras): LoadedKubeconfig {
  const config = new KubeConfig();
  // The official client refuses plain HTTP where TLS is checked; without TLS there is nothing to check.
  const checked = { ...cluster, skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith("http:") };
  config.loadFromOptions({
    clusters: [checked],
    users: [user],
    contexts: [{ ...context, user: user.name }],
    currentContext: context.name,
  });
  return { config, cluster: checked, user, extras, context: context.name, namespace: context.namespace, file };
}

async function loadInCluster({ context, files, podRoot }: LoadOptions): Promise<Result<LoadedKubeconfig, Issue>> {
  const config = new KubeConfig();
  config.loadFromCluster(podRoot);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const file = cluster?.caFile ?? "service account";
  if (context !== undefined)
    return fail(invalid({ file: "--context" }, `there is no kubeconfig, and so no context "${context}"`));
  const isThere = await files.read(file);
  if (cluster === null || user === null || !isThere.ok)
    return fail(
      invalid(
        { file },
        "this pod has no token of a service account, and no kubeconfig",
        "name a kubeconfig by --kubeconfig",
      ),
    );
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim();
  return ok({ config, cluster, user, extras: NO_EXTRAS, context: undefined, namespace, file });
}

function noContext(name: string | undefined, contexts: readonly Context[], file: string): Issue {
  const names = contexts.map((context) => context.name);
  const remedy =
    names.length === 0 ? "name another kubeconfig by --kubeconfig" : `--context takes one of: ${names.join(", ")}`;
  if (name === undefined) return invalid({ file }, "the kubeconfig names no current context", remedy);
  const near = nearestWord(name, names);
  return invalid(
    { file },
    `the kubeconfig has no context "${name}"`,
    near === undefined ? remedy : `did you mean "${near}"? ${remedy}`,
  );
}

function wrongServer(server: string): string | undefined {
  const isUrl = URL.canParse(server) && /^https?:$/.test(new URL(server).protocol);
  return isUrl ? undefined : `the server of the cluster, "${server}", is no http or https URL`;
}

/** Kubernetes 1.26 took them away, and so nobody renews their tokens. */
function goneProvider(user: User | undefined): string | undefined {
  const provider: unknown = user?.authProvider;
  const name = typeof provider === "object" && provider !== null && "name" in provider ? provider.name : undefined;
  if (name !== "gcp" && name !== "azure") return undefined;
  return `its user has the auth-provider "${name}", which ended with Kubernetes 1.26; a kubeconfig that is made anew has a program instead`;
}
