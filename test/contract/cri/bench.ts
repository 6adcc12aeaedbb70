/** What every test of the contract works with: a runtime, the client that the agent uses, and registries to pull from. */
import { vi } from "vitest";
import type { Credential } from "#domain/credentials/credential.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type Image, type ImageIndex, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import type { CriRuntime } from "#ports/cri.ts";

export interface RunningRuntime {
  readonly socket: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

/** Gets the registries that speak plain HTTP. */
export type StartRuntime = (plainHttpHosts: readonly string[]) => Promise<RunningRuntime>;

/** One account for everything under `private/`; everybody may read `public/`. */
export const alice: Credential = { username: "alice", password: new SecretText("correct horse"), email: "" };
export const mallory: Credential = { username: "alice", password: new SecretText("battery staple"), email: "" };

export interface Bench {
  readonly runtime: RunningRuntime;
  readonly cri: CriRuntime;
  /** Asks for Basic authentication. */
  readonly registry: EmbeddedRegistry;
  /** Asks for a token. */
  readonly tokenRegistry: EmbeddedRegistry;
  /** Pushes an image, made of its name if none is given. @returns the reference without tag, and the image */
  readonly stock: (repository: string, tag: string, image?: Image | ImageIndex) => Promise<Stocked>;
  readonly close: () => Promise<void>;
}

export interface Stocked {
  /** `127.0.0.1:PORT/public/app` */
  readonly name: string;
  readonly image: Image;
}

/** A test is given this much for one call, which is far more than it needs. */
export const inTime = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);

/** Resolves when a fault has hit a request about this repository. */
export async function untilStruck(registry: EmbeddedRegistry, repository: string): Promise<void> {
  const struck = (): boolean =>
    registry.requests().some(({ path, faults }) => faults.length > 0 && path.startsWith(`/v2/${repository}/`));
  await vi.waitUntil(struck, { timeout: 10_000, interval: 5 });
}

export async function setUpBench(start: StartRuntime): Promise<Bench> {
  const rules = { clock: systemClock(), accounts: [alice], publicRepositories: ["public"] };
  const registry = await startEmbeddedRegistry(rules);
  const tokenRegistry = await startEmbeddedRegistry({ ...rules, authentication: "token" });
  const runtime = await start([registry.host, tokenRegistry.host]);
  const cri = connectCri({ socket: runtime.socket });
  return {
    runtime,
    cri,
    registry,
    tokenRegistry,
    async stock(repository, tag, given) {
      const image = given ?? (await makeImage({ files: { "name.txt": `${repository}:${tag}` } }));
      for (const { url } of [registry, tokenRegistry]) {
        await pushImage({ registry: url, repository, tag, image, credential: alice, signal: inTime() });
      }
      const [first] = image.kind === "index" ? image.images : [image];
      if (first === undefined) throw new Error("an index without images");
      return { name: `${registry.host}/${repository}`, image: first };
    },
    async close() {
      cri.close();
      await runtime.close();
      await registry.close();
      await tokenRegistry.close();
    },
  };
}
