import type { CacheKeyType, CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";

/** What one plugin answered, for as long as it may be used again (plugin.go provide, getCachedCredentials). */
export interface AnswerCache {
  find(repository: string, now: number): PluginAnswer | undefined;
  /** @returns whether it is kept at all */
  keep(repository: string, answer: PluginAnswer, now: number): boolean;
}

const GLOBAL_KEY = "<global>";

/** Times are in milliseconds that only grow. */
export function answerCache(provider: Pick<CredentialProvider, "defaultCacheMs">): AnswerCache {
  const kept = new Map<string, { readonly answer: PluginAnswer; readonly until: number }>();
  return {
    find(repository, now) {
      const keys = (["Image", "Registry", "Global"] as const).map((type) => cacheKey(type, repository));
      const entry = keys.map((key) => kept.get(key)).find((found) => found !== undefined && now <= found.until);
      return entry?.answer;
    },
    keep(repository, answer, now) {
      const ms = answer.cacheMs ?? provider.defaultCacheMs;
      if (ms <= 0) return false;
      kept.set(cacheKey(answer.cacheKeyType, repository), { answer, until: now + ms });
      return true;
    },
  };
}

/** For what an answer of this type stands; a registry is never named like an image, which has a slash. */
export function cacheKey(type: CacheKeyType, repository: string): string {
  switch (type) {
    case "Image":
      return repository;
    case "Registry":
      return repository.split("/", 1)[0] ?? repository;
    case "Global":
      return GLOBAL_KEY;
  }
}
