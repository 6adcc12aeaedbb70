import { describe, expect, it } from "vitest";
import type { CacheKeyType, CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { fail, ok } from "#domain/result.ts";
import { offerLookup } from "#workflows/resolving/offer-lookup.ts";
import { readVectors } from "../kit/vectors.ts";
import { VirtualClock } from "../kit/virtual-clock.ts";

/** Which plugins a real kubelet asks, step by step, and what it then offers; the fields are told in vectors/README.md. */
interface Vector {
  readonly case: {
    readonly name: string;
    readonly providers: readonly ScriptedPlugin[];
    readonly steps: readonly { readonly afterMs?: number; readonly image: string }[];
  };
  readonly verdict: readonly { readonly asked: readonly string[]; readonly offers: readonly string[] }[];
}

interface ScriptedPlugin {
  readonly name: string;
  readonly matchImages: readonly string[];
  readonly defaultCacheMs: number;
  readonly answers: readonly ScriptedAnswer[];
}

interface ScriptedAnswer {
  readonly fails?: boolean;
  readonly cacheKeyType?: string;
  readonly cacheMs: number | null;
  readonly keys?: readonly string[] | null;
}

describe("the kubelet's credential plugins", () => {
  it.each(readVectors<Vector>("credential-plugins").map((vector) => [vector.case.name, vector] as const))(
    "%s",
    async (_name, { case: { providers, steps }, verdict }) => {
      const clock = new VirtualClock();
      const asked: string[] = [];
      const plugins = { ask: async ({ name }: CredentialProvider) => answerOf(name, providers, asked) };
      const offersFor = offerLookup(
        { pullSecrets: [] },
        { providers: providers.map(providerOf), clock, plugins, warn: () => {} },
      );
      for (const [index, { afterMs = 0, image }] of steps.entries()) {
        await clock.run(clock.sleep(afterMs));
        const before = asked.length;
        const [registry = "", ...path] = image.split("/");
        const offers = await offersFor(
          { written: image, registry, path: path.join("/") },
          new AbortController().signal,
        );
        expect({ asked: asked.slice(before), offers: offers.map((offer) => offer.credential.username) }).toEqual(
          verdict[index],
        );
      }
      expect(steps).toHaveLength(verdict.length);
    },
  );
});

function answerOf(name: string, providers: readonly ScriptedPlugin[], asked: string[]) {
  const { answers = [] } = providers.find((provider) => provider.name === name) ?? {};
  const nth = asked.filter((earlier) => earlier === name).length;
  asked.push(name);
  const answer = answers[nth % answers.length];
  const cacheKeyType = (["Image", "Registry", "Global"] as CacheKeyType[]).find(
    (type) => type === answer?.cacheKeyType,
  );
  if (!answer || answer.fails || !cacheKeyType) return fail("exited with code 1");
  const entries = (answer.keys ?? []).map((key) => ({
    key,
    credential: { username: `${name}#${nth + 1} ${key}`, password: new SecretText("pw"), email: "" },
  }));
  return ok({ cacheKeyType, cacheMs: answer.cacheMs ?? undefined, entries });
}

function providerOf({ name, matchImages, defaultCacheMs }: ScriptedPlugin): CredentialProvider {
  const apiVersion = "credentialprovider.kubelet.k8s.io/v1";
  return { name, matchImages, defaultCacheMs, apiVersion, args: [], env: [], requiresServiceAccount: false };
}
