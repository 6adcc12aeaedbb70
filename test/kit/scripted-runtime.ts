import type { Credential } from "#domain/credentials/credential.ts";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriRuntime, NodeImage } from "#ports/cri.ts";

/** What a pull comes to: how long it takes in virtual time, then success or the runtime's words. */
export interface ScriptedPull {
  readonly takesMs?: number;
  /** Absent: the pull works. */
  readonly fails?: string;
  readonly grpcCode?: string;
}

export interface PullCall {
  readonly image: string;
  readonly username: string | undefined;
  readonly at: number;
}

export interface ScriptedRuntime extends CriRuntime {
  readonly pulls: readonly PullCall[];
  readonly mostAtOnce: () => number;
}

/**
 * A runtime in virtual time whose answers the test writes down. It knows nothing of registries: for those the contract
 * suite runs against the embedded runtime and containerd.
 * @param script answer to the nth pull (from 0) of an image
 */
export function scriptedRuntime(
  clock: Clock,
  script: (call: PullCall, nth: number) => ScriptedPull,
  present: readonly string[] = [],
): ScriptedRuntime {
  const pulls: PullCall[] = [];
  const images = new Set(present);
  let running = 0;
  let most = 0;

  return {
    pulls,
    mostAtOnce: () => most,
    version: async () => ok({ name: "scripted", version: "1" }),
    imageStatus: async (image) => ok(images.has(image) ? nodeImage(image) : undefined),
    listImages: async () => ok(Array.from(images, nodeImage)),
    removeImage: async (image) => ok(void images.delete(image)),
    imagesInUse: async () => ok(new Set<string>()),
    close() {},
    async pullImage(
      image: string,
      credential: Credential | undefined,
      signal,
    ): Promise<Result<string, RuntimeFailure>> {
      const call = { image, username: credential?.username, at: clock.monotonic() };
      const nth = pulls.filter((earlier) => earlier.image === image).length;
      pulls.push(call);
      const answer = script(call, nth);
      most = Math.max(most, ++running);
      await clock.sleep(answer.takesMs ?? 10, signal);
      running--;
      if (signal.aborted) return fail({ grpcCode: "Canceled", message: "context canceled" });
      if (answer.fails !== undefined) return fail({ grpcCode: answer.grpcCode ?? "Unknown", message: answer.fails });
      images.add(image);
      return ok(`sha256:${"0".repeat(64)}`);
    },
  };
}

function nodeImage(name: string): NodeImage {
  return { id: `sha256:${"0".repeat(64)}`, repoTags: [name], repoDigests: [], sizeBytes: 1_000 };
}
