/**
 * The audit log: one line for each finished request, `logs/audit.ndjson` (audit.k8s.io/v1, Event), except those of the
 * cluster's own parts, so that what a client cost can be counted.
 */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";

export interface AuditedRequest {
  /** One for each request; a watch has one line when it begins and one when it ends. */
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

export function auditLog(cluster: Cluster): string {
  return join(cluster.path, "logs", "audit.ndjson");
}

/** @returns the API server's options */
export async function prepareAudit(cluster: Cluster): Promise<string[]> {
  const policy = join(cluster.path, "audit-policy.yaml");
  const own = ["system:apiserver", "system:kube-scheduler", "system:kube-controller-manager", "kubelet-client", "kwok"];
  const rules = [
    { level: "None", userGroups: ["system:nodes", "system:serviceaccounts:kube-system"] },
    { level: "None", users: own },
    { level: "Metadata" },
  ];
  await writeFile(
    policy,
    JSON.stringify({ apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived"], rules }),
  );
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog(cluster)}`, "--audit-log-maxsize=1024"];
}

/** In bytes, for `auditedRequests` to begin there. */
export async function auditLogSize(cluster: Cluster): Promise<number> {
  return (await stat(auditLog(cluster))).size;
}

/** The requests since the audit log had so many bytes, in the order in which they ended. */
export async function auditedRequests(cluster: Cluster, sinceByte = 0): Promise<AuditedRequest[]> {
  const lines = (await readFile(auditLog(cluster))).subarray(sinceByte).toString().split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditedRequest);
}
