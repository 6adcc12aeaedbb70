import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";

export const EXEC_V1 = "credentialprovider.kubelet.k8s.io/v1";

/** A temporary folder of credential plugins that are shell scripts. */
export class PluginFolder {
  readonly path = mkdtempSync(join(tmpdir(), "larder-plugins-"));

  /** @param script run by /bin/sh; the request is on its standard input */
  write(name: string, script: string, mode = 0o755): void {
    const file = join(this.path, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, mode);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What a plugin prints that knows a password. */
export function pluginAnswer(
  auth: Readonly<Record<string, readonly [username: string, password: string]>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const entries = Object.entries(auth).map(([key, [username, password]]) => [key, { username, password }] as const);
  return JSON.stringify({
    kind: "CredentialProviderResponse",
    apiVersion: EXEC_V1,
    cacheKeyType: "Registry",
    auth: Object.fromEntries(entries),
    ...more,
  });
}

/** A provider as its configuration would give it. */
export function pluginProvider(name: string, more: Partial<CredentialProvider> = {}): CredentialProvider {
  const base = { name, apiVersion: EXEC_V1, matchImages: ["r.io"], defaultCacheMs: 0 } as const;
  return { ...base, args: [], env: [], requiresServiceAccount: false, ...more };
}

export function secrets(...texts: readonly string[]): SecretText[] {
  return texts.map((text) => new SecretText(text));
}
