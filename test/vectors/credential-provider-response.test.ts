import { describe, expect, it } from "vitest";
import type { ExecApiVersion } from "#domain/credentials/credential-provider.ts";
import { decodeAnswer } from "#effects/credential-plugins/decode-answer.ts";
import { readVectors } from "../kit/vectors.ts";

/** What a real kubelet makes of what a plugin prints; the fields are told in vectors/README.md. */
interface Vector {
  readonly case: { readonly name: string; readonly apiVersion: ExecApiVersion; readonly stdout: string };
  readonly verdict: {
    readonly error?: string;
    readonly cacheKeyType?: string;
    readonly cacheMs?: number;
    readonly auth?: Readonly<Record<string, readonly [username: string, password: string]>>;
  };
}

describe("a plugin's answer", () => {
  it.each(readVectors<Vector>("credential-provider-response").map((vector) => [vector.case.name, vector] as const))(
    "%s",
    (_name, { case: { stdout, apiVersion }, verdict }) => {
      const answer = decodeAnswer(stdout, apiVersion);
      if (verdict.error !== undefined) {
        expect(answer).toEqual({ ok: false, error: expect.stringMatching(/^it/) as string });
        return;
      }
      if (!answer.ok) throw new Error(answer.error);
      const { cacheKeyType, cacheMs, entries } = answer.value;
      expect({ cacheKeyType, cacheMs }).toEqual({ cacheKeyType: verdict.cacheKeyType, cacheMs: verdict.cacheMs });
      expect(
        entries
          .toSorted((a, b) => (a.key < b.key ? -1 : 1))
          .map((entry) => [entry.key, entry.credential.username, entry.credential.password.reveal()]),
      ).toEqual(Object.entries(verdict.auth ?? {}).map(([key, [username, password]]) => [key, username, password]));
    },
  );
});
