import { describe, expect, it } from "vitest";
import { isConfigFileName, readCredentialProviderConfig } from "#inputs/credential-provider-config/read-config.ts";
import { readVectors } from "../kit/vectors.ts";

/** What a real kubelet says of a config; the fields are told in vectors/README.md. */
interface Vector {
  readonly case: { readonly name: string; readonly files: Readonly<Record<string, string>>; readonly dir?: boolean };
  readonly verdict: { readonly providers?: readonly unknown[]; readonly error?: string };
}

describe("the kubelet's credential provider config", () => {
  it.each(readVectors<Vector>("credential-provider-config").map((vector) => [vector.case.name, vector] as const))(
    "%s",
    async (_name, { case: question, verdict }) => {
      const names = Object.keys(question.files).filter((name) => !question.dir || isConfigFileName(name));
      const read = await readCredentialProviderConfig(
        "folder",
        names.toSorted().map((file) => ({ file, text: question.files[file] ?? "" })),
      );
      if (verdict.error !== undefined) {
        expect(read.ok, verdict.error).toBe(false);
        return;
      }
      expect(read.ok ? read.value.providers.map(plain) : read.error).toEqual(verdict.providers);
    },
  );
});

type Provider = Extract<
  Awaited<ReturnType<typeof readCredentialProviderConfig>>,
  { ok: true }
>["value"]["providers"][number];

function plain(provider: Provider) {
  const { name, apiVersion, matchImages, defaultCacheMs, args, env, requiresServiceAccount } = provider;
  return {
    name,
    apiVersion,
    matchImages,
    defaultCacheMs: expect.closeTo(defaultCacheMs, 3) as number,
    args: args.map((arg) => arg.reveal()),
    env: env.map((variable) => [variable.name, variable.value.reveal()]),
    token: expect.any(Boolean) as boolean,
    requiresServiceAccount,
  };
}
