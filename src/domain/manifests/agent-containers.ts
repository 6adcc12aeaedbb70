/** The init containers of an agent, and the files of the node and the cluster that they see. */
import type { AgentNeed } from "../cluster/agent-need.ts";
import { formatGoDuration } from "../duration/go-duration.ts";
import type { AgentPart, Batch } from "./agent-lists.ts";
import { copyName } from "./secret-copies.ts";
import type { SourceSecret, StockPlan } from "./stock-plan.ts";

export const LISTS = "/larder-lists";
const SECRETS = "/larder-secrets";
export const TERMINATION_MESSAGE = "/dev/termination-log";

export function fetchContainers(plan: StockPlan, need: AgentNeed, part: AgentPart): readonly object[] {
  return part.batches.map((batch, index) => ({
    name: `fetch-${index}`,
    image: plan.agentImage,
    imagePullPolicy: "IfNotPresent",
    args: fetchArguments(plan, need, batch, index),
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    resources: { requests: { cpu: "10m", memory: "32Mi" } },
    securityContext: rootContainer(need),
    terminationMessagePath: TERMINATION_MESSAGE,
    volumeMounts: [
      ...sharedMounts(need),
      ...batch.secrets.map((secret) => ({
        name: copyName(plan.stock.name, secret.name),
        mountPath: secretFolder(plan, secret),
        readOnly: true,
      })),
      ...pluginFolders(need).map((path, position) => ({
        name: `plugins-${position}`,
        mountPath: path,
        readOnly: true,
      })),
    ],
  }));
}

/** What an agent of every kind has. */
export function sharedVolumes(need: AgentNeed, lists: string): readonly object[] {
  return [
    // The folder, not the socket: a runtime that restarts makes a new one. Where there is no folder the agent says so; with a check of
    // the kubelet the pod would wait for ever, and only an event would tell.
    { name: "socket", hostPath: { path: folderOf(need.socket), type: "DirectoryOrCreate" } },
    { name: "lists", configMap: { name: lists } },
    { name: "tmp", emptyDir: {} },
  ];
}

export function sharedMounts(need: AgentNeed): readonly object[] {
  return [
    { name: "socket", mountPath: folderOf(need.socket) },
    { name: "lists", mountPath: LISTS, readOnly: true },
    { name: "tmp", mountPath: "/tmp" },
  ];
}

export function agentVolumes(plan: StockPlan, need: AgentNeed, part: AgentPart, lists: string): readonly object[] {
  const secrets = new Set(part.batches.flatMap((batch) => batch.secrets));
  return [
    ...sharedVolumes(need, lists),
    ...[...secrets].map(({ name }) => {
      const secretName = copyName(plan.stock.name, name);
      return { name: secretName, secret: { secretName, defaultMode: 0o400 } };
    }),
    ...pluginFolders(need).map((path, position) => ({
      name: `plugins-${position}`,
      hostPath: { path, type: path === need.plugins?.config ? "File" : "Directory" },
    })),
  ];
}

function fetchArguments(plan: StockPlan, need: AgentNeed, batch: Batch, index: number): readonly string[] {
  const { pacing, timeoutMs, graceMs } = plan.stock;
  const { plugins } = need;
  return [
    "fetch",
    "--exit-zero",
    "--output=ndjson",
    `--termination-message=${TERMINATION_MESSAGE}`,
    `--cri-socket=${need.socket}`,
    `--image-list-file=${LISTS}/fetch-${index}.txt`,
    ...batch.secrets.map((secret) => `--docker-config=${secretFolder(plan, secret)}/${configKey(secret)}`),
    ...(plugins === undefined
      ? []
      : [
          `--image-credential-provider-config=${plugins.config}`,
          `--image-credential-provider-bin-dir=${plugins.binDir}`,
        ]),
    `--overall-timeout=${formatGoDuration(timeoutMs)}`,
    ...(graceMs > 0 ? [`--missing-grace=${formatGoDuration(graceMs)}`] : []),
    // The first one waits for all.
    ...(pacing.spreadMs > 0 && index === 0 ? [`--start-within=${formatGoDuration(pacing.spreadMs)}`] : []),
  ];
}

/** Root, because the socket belongs to root; nothing more than the flavor asks for. */
export function rootContainer({ flavor: { needsPrivileged, seLinuxType } }: AgentNeed): object {
  return {
    runAsUser: 0,
    runAsGroup: 0,
    readOnlyRootFilesystem: true,
    ...(needsPrivileged ? { privileged: true } : { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }),
    ...(seLinuxType !== undefined && { seLinuxOptions: { type: seLinuxType } }),
  };
}

/** What must be mounted so that the plugins' config and programs are where they are on the node; none lies in another. */
function pluginFolders({ plugins }: AgentNeed): readonly string[] {
  if (plugins === undefined) return [];
  const { config, binDir } = plugins;
  return config.startsWith(`${binDir}/`) ? [binDir] : [config, binDir];
}

function secretFolder({ stock }: StockPlan, { name }: SourceSecret): string {
  return `${SECRETS}/${copyName(stock.name, name)}`;
}

/** The one key that a pull secret of this type has (k8s.io/api, core/v1: SecretTypeDockercfg, SecretTypeDockerConfigJson). */
function configKey({ type }: SourceSecret): string {
  return type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
