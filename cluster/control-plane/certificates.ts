import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";
import { run } from "../processes/run.ts";

export interface Subject {
  /** The user; and the name of the files `keys/NAME.crt` and `.key`. */
  readonly name: string;
  readonly user: string;
  /** @default none */
  readonly group?: string;
  /** Names and addresses of a server, `DNS:…` and `IP:…`. @default none */
  readonly alternativeNames?: readonly string[];
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];
const LIFETIME = ["-days", "30"];

export async function makeAuthority(cluster: Cluster): Promise<void> {
  const { key, certificate } = keyPair(cluster, "ca");
  await openssl([
    "req",
    "-x509",
    ...KEY,
    ...LIFETIME,
    "-keyout",
    key,
    "-out",
    certificate,
    "-subj",
    "/CN=larder-test-ca",
  ]);
}

/** For signing the tokens of service accounts. */
export async function makeTokenKey(cluster: Cluster): Promise<void> {
  const { key } = keyPair(cluster, "tokens");
  await openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]);
  await openssl(["pkey", "-in", key, "-pubout", "-out", join(cluster.path, "keys", "tokens.pub")]);
}

/** Makes a key pair that the cluster's authority signs, unless it is there already. */
export async function makeCertificate(cluster: Cluster, subject: Subject): Promise<void> {
  const { key, certificate } = keyPair(cluster, subject.name);
  if (existsSync(certificate)) return;
  const authority = keyPair(cluster, "ca");
  const names = subject.alternativeNames ?? [];
  const subjectName = `${subject.group === undefined ? "" : `/O=${subject.group}`}/CN=${subject.user}`;
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=serverAuth,clientAuth",
    ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : []),
  ].flatMap((extension) => ["-addext", extension]);
  const signer = ["-CA", authority.certificate, "-CAkey", authority.key];
  const made = ["-keyout", key, "-out", `${certificate}.new`];
  await openssl(["req", "-x509", ...KEY, ...LIFETIME, ...signer, ...made, "-subj", subjectName, ...extensions]);
  await rename(`${certificate}.new`, certificate);
}

export function keyPair(cluster: Cluster, name: string): { readonly key: string; readonly certificate: string } {
  const at = (file: string): string => join(cluster.path, "keys", file);
  return { key: at(`${name}.key`), certificate: at(`${name}.crt`) };
}

/** Writes a kubeconfig for a user whose key pair is there. */
export async function writeKubeconfig(cluster: Cluster, file: string, user: string, server: string): Promise<void> {
  const { key, certificate } = keyPair(cluster, user);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "larder", cluster: { server, "certificate-authority": keyPair(cluster, "ca").certificate } }],
    users: [{ name: user, user: { "client-certificate": certificate, "client-key": key } }],
    contexts: [{ name: "larder", context: { cluster: "larder", user } }],
    "current-context": "larder",
  };
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 });
}

async function openssl(args: readonly string[]): Promise<void> {
  await run("openssl", args);
}
