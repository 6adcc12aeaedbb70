import type { Issue } from "#domain/issue.ts";
import { readCertificates } from "#inputs/certificates/certificates.ts";
import { readProxyEnvironment } from "#inputs/proxy-environment/proxy-environment.ts";
import type { Files } from "#ports/files.ts";
import type { ProxySettings } from "#ports/registry.ts";
import { unreadable } from "../unreadable.ts";
import type { RegistryFlags } from "./flags.ts";

/** What there is to know before a registry is asked. */
export interface RegistrySettings {
  readonly plainHttp: readonly string[];
  readonly certificateAuthorities: readonly string[];
  readonly proxies: ProxySettings;
}

/** Reads the options and the proxy variables of the environment. */
export async function readRegistrySettings(
  flags: RegistryFlags,
  environment: Readonly<Record<string, string | undefined>>,
  files: Pick<Files, "read">,
): Promise<{ settings: RegistrySettings; issues: readonly Issue[] }> {
  const authorities = await Promise.all((flags.registryCa ?? []).map((file) => readAuthorities(file, files)));
  const { settings: proxies, issues } = readProxyEnvironment(environment);
  return {
    settings: {
      plainHttp: flags.plainHttp ?? [],
      certificateAuthorities: authorities.flatMap(({ certificates }) => certificates),
      proxies,
    },
    issues: [...authorities.flatMap((read) => read.issues), ...issues],
  };
}

async function readAuthorities(
  file: string,
  files: Pick<Files, "read">,
): Promise<{ certificates: readonly string[]; issues: readonly Issue[] }> {
  const bytes = await files.read(file);
  if (!bytes.ok) return { certificates: [], issues: [unreadable(file, "file of certificates", bytes.error)] };
  const read = readCertificates(file, Buffer.from(bytes.value).toString("utf8"));
  return read.ok ? { certificates: read.value, issues: [] } : { certificates: [], issues: [read.error] };
}
