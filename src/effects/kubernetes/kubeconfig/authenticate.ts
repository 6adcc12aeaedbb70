/** Makes of a kubeconfig's user what a request needs: certificates, headers, a proxy. The official client does it, but for programs. */
import { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import { createSecureContext } from "node:tls";
import type { User } from "@kubernetes/client-node/dist/config_types.js";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { redactText } from "#domain/failure/redact.ts";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { isRecord } from "#wire/kubernetes/object.ts";
import type { Identity, IdentityMaker, TlsSettings } from "../identity.ts";
import { type ExecCredential, type ExecPorts, runExecPlugin } from "./exec-plugin.ts";
import type { LoadedKubeconfig } from "./load.ts";
import { invalid } from "./parse.ts";

/** Before it, a credential that runs out is renewed, in ms. */
const RENEWED_BEFORE_MS = 10_000;
/** An identity provider's answer. */
const PROVIDER_MS = 30_000;

export function authenticator(loaded: LoadedKubeconfig, ports: ExecPorts): IdentityMaker {
  const { config, cluster, extras } = loaded;
  let credential: ExecCredential | undefined;
  const { exec } = extras;
  if (exec !== undefined) {
    config.addAuthenticator({
      isAuthProvider: () => true,
      async applyAuthentication(_user: User, options: RequestOptions) {
        if (credential !== undefined) give(credential, options);
      },
    });
  }
  return {
    async make(signal) {
      const isOver = (credential?.expiresAt ?? Number.POSITIVE_INFINITY) - RENEWED_BEFORE_MS < ports.clock.now();
      if (exec !== undefined && (credential === undefined || isOver))
        credential = await runExecPlugin(exec, cluster, ports, signal);
      const options = await applied(loaded, ports, signal);
      if (!options.ok) throw new Error(options.error);
      return identityFrom(options.value, loaded);
    },
    renew() {
      credential = undefined;
    },
  };
}

/** What can be known to be wrong before anything is asked: files that are not there, keys that are none. */
export async function checkKeys({ config, user, file }: LoadedKubeconfig): Promise<Result<void, Issue>> {
  // To ask an identity provider is no part of a look at files.
  if (providerConfig(user)["idp-issuer-url"] !== undefined) return ok(undefined);
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const path = error instanceof Error && "path" in error ? String(error.path) : "a file";
    const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    const why = code === "ENOENT" ? "which does not exist" : `which cannot be read (${code})`;
    return fail(invalid({ file }, `the kubeconfig names ${path}, ${why}`));
  }
  try {
    createSecureContext(tlsOf(options));
    return ok(undefined);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason was given";
    return fail(invalid({ file }, `the certificates or keys of the kubeconfig cannot be used (${code})`));
  }
}

/** @returns the options, or a clause without a secret: the cause itself may hold a token, and stays here */
async function applied(
  { config, user }: LoadedKubeconfig,
  { clock }: ExecPorts,
  signal: AbortSignal,
): Promise<Result<RequestOptions, string>> {
  const options: RequestOptions = { headers: {} };
  const deadline = clock.deadline(PROVIDER_MS, signal);
  const late = new Promise<never>((_, reject) => {
    const end = (): void => reject(new Error(`its identity provider did not answer within ${PROVIDER_MS / 1_000} s`));
    deadline.signal.addEventListener("abort", end, { once: true });
  });
  late.catch(() => {});
  try {
    await Promise.race([config.applyToHTTPSOptions(options), late]);
    return ok(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`the user of the kubeconfig cannot be authenticated: ${redactText(why, secretsOf(user))}`);
  } finally {
    deadline.dispose();
  }
}

function give({ token, certificate, key }: ExecCredential, options: RequestOptions): void {
  if (certificate !== undefined && key !== undefined) {
    options.cert = certificate;
    options.key = key.reveal();
  }
  if (token !== undefined) options.headers = { ...headersOf(options), Authorization: `Bearer ${token.reveal()}` };
}

function identityFrom(options: RequestOptions, { cluster, extras }: LoadedKubeconfig): Identity {
  const { auth } = options;
  const headers = {
    ...headersOf(options),
    ...(typeof auth === "string" && { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` }),
    ...(extras.groups.length > 0 && { "Impersonate-Group": [...extras.groups] }),
    ...(extras.uid !== undefined && { "Impersonate-Uid": extras.uid }),
  };
  const agent = cluster.proxyUrl !== undefined && options.agent instanceof Agent ? options.agent : undefined;
  return { tls: tlsOf(options), headers, agent };
}

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): TlsSettings {
  return {
    ...(isText(ca) && { ca }),
    ...(isText(cert) && { cert }),
    ...(isText(key) && { key }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}

function headersOf({ headers }: RequestOptions): Record<string, string> {
  const known = isRecord(headers) ? Object.entries(headers) : [];
  return Object.fromEntries(known.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === "string" || Buffer.isBuffer(value);
}

function secretsOf(user: User): SecretText[] {
  const found = [user.token, user.password, ...Object.values(providerConfig(user))];
  return found.flatMap((text) => (typeof text === "string" && text !== "" ? [new SecretText(text)] : []));
}

function providerConfig({ authProvider }: User): Readonly<Record<string, unknown>> {
  const provider: unknown = authProvider;
  return isRecord(provider) && isRecord(provider["config"]) ? provider["config"] : {};
}
