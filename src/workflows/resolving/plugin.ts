import type { CacheKeyType, CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";
import { matchesImage } from "#domain/credentials/keyring.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { CredentialPlugins } from "#ports/credential-plugin.ts";
import { answerCache, cacheKey } from "./answer-cache.ts";

export interface PluginPorts {
  readonly clock: Pick<Clock, "monotonic">;
  readonly plugins: CredentialPlugins;
}

/** One configured plugin with what it answered so far. */
export interface Plugin {
  readonly provider: CredentialProvider;
  /**
   * Its credentials for an image, from its answers so far or by asking it.
   * @returns undefined: it is not for this image
   */
  answerFor(repository: string, signal: AbortSignal): Promise<Result<PluginAnswer, string>> | undefined;
}

interface Call {
  readonly repository: string;
  readonly answer: Promise<Result<PluginAnswer, string>>;
}

const ABORTED = fail("it was stopped");
const FIRST_CALL = "<first>";

/**
 * Images are pulled side by side, and the answer for one may do for others. Which ones is known only from an answer, so the
 * first call is alone; after it, images wait for a call that is under way if its answer is likely to be kept for them too.
 * The kubelet lets only equal images wait for each other; credentials are the same, there are only fewer calls here.
 */
export function createPlugin(provider: CredentialProvider, { clock, plugins }: PluginPorts): Plugin {
  const cache = answerCache(provider);
  const calls = new Map<string, Call>();
  let sharing: CacheKeyType | undefined;

  async function answer(repository: string, signal: AbortSignal): Promise<Result<PluginAnswer, string>> {
    while (!signal.aborted) {
      const known = cache.find(repository, clock.monotonic());
      if (known) return ok(known);
      const underWay = calls.get(callKey(repository));
      if (!underWay) return start(repository, signal);
      const result = await underWay.answer;
      if (underWay.repository === repository) return result;
    }
    return ABORTED;
  }

  function start(repository: string, signal: AbortSignal): Call["answer"] {
    const key = callKey(repository);
    const call = { repository, answer: ask(repository, signal).finally(() => calls.delete(key)) };
    calls.set(key, call);
    return call.answer;
  }

  async function ask(repository: string, signal: AbortSignal): Promise<Result<PluginAnswer, string>> {
    const result = await plugins.ask(provider, repository, signal);
    const isKept = result.ok && cache.keep(repository, result.value, clock.monotonic());
    sharing = result.ok && isKept ? result.value.cacheKeyType : "Image";
    return result;
  }

  function callKey(repository: string): string {
    return sharing ? cacheKey(sharing, repository) : FIRST_CALL;
  }

  return {
    provider,
    answerFor(repository, signal) {
      const isMeant = provider.matchImages.some((pattern) => matchesImage(pattern, repository));
      return isMeant ? answer(repository, signal) : undefined;
    },
  };
}
