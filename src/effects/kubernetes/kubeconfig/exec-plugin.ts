/**
 * Programs that give the credential (client.authentication.k8s.io: ExecCredential; client-go, plugin/pkg/client/auth/exec). The
 * official client runs them without a deadline, anew for each request where they name no end, and tells them nothing of the cluster;
 * so they are run here, as the kubelet's plugins are.
 */
import type { Cluster } from "@kubernetes/client-node/dist/config_types.js";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { redactText } from "#domain/failure/redact.ts";
import type { Clock } from "#ports/clock.ts";
import { isRecord } from "#wire/kubernetes/object.ts";
import { type FinishedProgram, type ProgramPorts, runProgram } from "../../credential-plugins/run-program.ts";

export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | undefined;
  readonly needsTerminal: boolean;
  readonly wantsCluster: boolean;
}

export interface ExecCredential {
  readonly token: SecretText | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  /** PEM. */
  readonly key: SecretText | undefined;
  /** In ms since 1970; undefined: as long as the server takes it. */
  readonly expiresAt: number | undefined;
}

export interface ExecPorts extends ProgramPorts {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A login in a browser may be part of it. */
const TIMEOUT_MS = 180_000;
const ANSWER_MAX = 1024 * 1024;
const SAID_MAX = 1_000;
const SECRET_LENGTH_MIN = 6;
const secretName = /pass|secret|token|key|credential|auth/i;

/** @returns undefined: the user has no program */
export function parseExecPlugin(value: unknown, pathOf: (command: string) => string): ExecPlugin | undefined {
  if (!isRecord(value) || typeof value["command"] !== "string" || value["command"] === "") return undefined;
  const { command, args, env, apiVersion, installHint, interactiveMode, provideClusterInfo } = value;
  return {
    command: pathOf(command),
    args: (Array.isArray(args) ? args : []).map(String),
    env: variablesOf(env),
    apiVersion: typeof apiVersion === "string" ? apiVersion : "client.authentication.k8s.io/v1",
    installHint: typeof installHint === "string" ? installHint.trim() : undefined,
    needsTerminal: interactiveMode === "Always",
    wantsCluster: provideClusterInfo === true,
  };
}

function variablesOf(env: unknown): Record<string, string> {
  const entries: readonly unknown[] = Array.isArray(env) ? env : [];
  return Object.fromEntries(
    entries
      .filter(isRecord)
      .flatMap(({ name, value }) => (typeof name === "string" && typeof value === "string" ? [[name, value]] : [])),
  );
}

/** @throws with a clause that holds no secret */
export async function runExecPlugin(
  plugin: ExecPlugin,
  cluster: Cluster,
  ports: ExecPorts,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const { command, args, env } = plugin;
  if (plugin.needsTerminal)
    throw new Error(`${named(plugin)} wants to ask somebody at a terminal, which it cannot from here`);
  const environment = {
    ...ports.environment,
    ...env,
    KUBERNETES_EXEC_INFO: JSON.stringify(requestOf(plugin, cluster)),
  };
  const limits = { input: "", timeoutMs: TIMEOUT_MS, stdoutMax: ANSWER_MAX };
  const finished = await runProgram({ path: command, args, environment, ...limits }, ports, signal);
  const credential = finished.end.kind === "exited" && finished.end.code === 0 ? decode(finished.stdout) : undefined;
  if (credential === undefined) throw new Error(whyNone(plugin, finished, environment));
  return credential;
}

function requestOf({ apiVersion, wantsCluster }: ExecPlugin, cluster: Cluster): unknown {
  const info = {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.skipTLSVerify || undefined,
    "certificate-authority-data": cluster.caData,
    "proxy-url": cluster.proxyUrl,
    config: null,
  };
  return { kind: "ExecCredential", apiVersion, spec: { interactive: false, ...(wantsCluster && { cluster: info }) } };
}

function decode(stdout: Buffer): ExecCredential | undefined {
  const value = parse(stdout.toString("utf8"));
  const status = isRecord(value) && value["kind"] === "ExecCredential" ? value["status"] : undefined;
  if (!isRecord(status)) return undefined;
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status;
  const expiresAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : Number.NaN;
  const text = (field: unknown): string | undefined => (typeof field === "string" && field !== "" ? field : undefined);
  const secret = (field: unknown): SecretText | undefined => {
    const found = text(field);
    return found === undefined ? undefined : new SecretText(found);
  };
  if (text(token) === undefined && (text(clientCertificateData) === undefined || text(clientKeyData) === undefined))
    return undefined;
  return {
    token: secret(token),
    certificate: text(clientCertificateData),
    key: secret(clientKeyData),
    expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
  };
}

function whyNone(
  plugin: ExecPlugin,
  { end, stderr }: FinishedProgram,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const who = named(plugin);
  const said = saidOn(stderr, plugin, environment);
  switch (end.kind) {
    case "exited":
      return end.code === 0
        ? `${who} gave no credential that Kubernetes could use${said}`
        : `${who} ended with exit code ${end.code}${said}`;
    case "ended-by-signal":
      return `${who} was ended by ${end.signal}${said}`;
    case "timed-out":
      return `${who} did not end within ${TIMEOUT_MS / 1_000} s, and was killed${said}`;
    case "too-much-output":
      return `${who} printed more than ${ANSWER_MAX / 1024} KiB, and was killed`;
    case "not-started": {
      const hint = plugin.installHint === undefined ? "" : ` (${plugin.installHint.replace(/\s+/g, " ")})`;
      return `${who} cannot be run: ${end.code === "ENOENT" ? "it does not exist" : end.code}${hint}`;
    }
    case "stopped":
      return `${who} was stopped`;
  }
}

function named({ command }: ExecPlugin): string {
  return `the program ${command}, which the kubeconfig names for its user,`;
}

function saidOn(stderr: Buffer, plugin: ExecPlugin, environment: Readonly<Record<string, string | undefined>>): string {
  const fromEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    secretName.test(name) && value ? [value] : [],
  );
  const secrets = [
    ...fromEnvironment,
    ...Object.values(plugin.env),
    ...plugin.args.filter((_, at) => isSecretArg(plugin.args, at)),
  ]
    .filter((text) => text.length >= SECRET_LENGTH_MIN)
    .map((text) => new SecretText(text));
  const clean = redactText(stderr.toString("utf8"), secrets).replace(/\s+/g, " ").trim();
  return clean === "" ? "" : `: ${clean.length > SAID_MAX ? `…${clean.slice(-SAID_MAX)}` : clean}`;
}

/** `--token=abc` is one word, `--token abc` are two. */
function isSecretArg(args: readonly string[], at: number): boolean {
  return (
    secretName.test(args[at] ?? "") || (args[at - 1]?.startsWith("-") === true && secretName.test(args[at - 1] ?? ""))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
