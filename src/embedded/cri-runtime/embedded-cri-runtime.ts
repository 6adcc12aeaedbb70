/**
 * A container runtime inside this process: it listens on a real UNIX socket, speaks the real CRI, and pulls from real
 * registries over HTTP, but keeps its images in memory and runs no containers. It is `larder demo`'s runtime, and the test
 * kit's: faults are data, and it passes the same contract suite as containerd (`test/contract/cri.contract.ts`).
 */
import { arch } from "node:os";
import { ServerCredentials } from "@grpc/grpc-js";
import type { Clock } from "#ports/clock.ts";
import type { NodeImage } from "#ports/cri.ts";
import type { RuntimeIdentity, ToldContainer } from "./answers.ts";
import { createContentStore } from "./content-store.ts";
import { type CriFaultRule, createFaultPlan } from "./faults.ts";
import { createGrpcServer, type ReceivedCall } from "./grpc-server.ts";
import { type HttpAgents, openHttpAgents } from "./http-exchange.ts";
import { createImageStore } from "./image-store.ts";
import { createListener, type Listener } from "./listener.ts";
import type { Platform } from "./manifest.ts";
import type { PullContext } from "./pull.ts";

export interface EmbeddedCriOptions {
  /** Absolute path of the socket to listen on; its directory must exist. A stale socket is replaced. */
  readonly socket: string;
  readonly clock: Clock;
  /** `HOST:PORT` of registries that speak plain HTTP. Loopback addresses always do. @default none */
  readonly plainHttpHosts?: readonly string[];
  /** @default none */
  readonly faults?: readonly CriFaultRule[];
  /** What Version answers. @default `larder-embedded` */
  readonly name?: string;
  /** @default `id`, as containerd */
  readonly pullReturns?: RuntimeIdentity["pullReturns"];
  /** Which entry of a multi-platform image is pulled. @default linux on this machine's architecture */
  readonly platform?: Platform;
  /** Images that are on the node from the beginning. @default none */
  readonly images?: readonly NodeImage[];
  /** Containers that it says run. @default none */
  readonly containers?: readonly ToldContainer[];
  /** Told of each call as it comes in. */
  readonly onCall?: (call: ReceivedCall) => void;
}

export interface EmbeddedCriRuntime {
  readonly socket: string;
  images(): readonly NodeImage[];
  /** From now on these faults, with fresh counts, and no others. */
  setFaults(rules: readonly CriFaultRule[]): void;
  /** Goes down in good order: connections are closed, the socket is removed, images stay. */
  stop(): Promise<void>;
  /** Goes down as if killed: the socket's file stays, and nobody listens on it. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same socket and images. */
  startAgain(): Promise<void>;
  /** Frees everything, the socket's file included. */
  close(): Promise<void>;
}

export async function startEmbeddedCriRuntime(options: EmbeddedCriOptions): Promise<EmbeddedCriRuntime> {
  const agents = openHttpAgents();
  const context = contextFor(options, agents);
  const closing = new AbortController();
  let comingBack: Promise<void> = Promise.resolve();
  const crash = (downMs: number): void => {
    comingBack = goDown(listener, options.clock, downMs, closing.signal);
    // Told by `close`, if it failed.
    comingBack.catch(() => undefined);
  };
  const faults = createFaultPlan(options.faults ?? [], options.clock, crash);
  const server = createGrpcServer(
    identityFor(options),
    { ...context, containers: options.containers ?? [] },
    faults,
    options.onCall ?? (() => undefined),
  );
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createListener(options.socket, (connection) => injector.injectConnection(connection));
  await listener.up();
  return {
    socket: options.socket,
    images: () => context.images.list(),
    setFaults: (rules) => faults.set(rules),
    stop: () => listener.down(),
    kill: () => listener.down(true),
    startAgain: () => listener.up(),
    async close() {
      closing.abort();
      await listener.down();
      server.forceShutdown();
      agents.close();
      await comingBack;
    },
  };
}

async function goDown(listener: Listener, clock: Clock, downMs: number, closing: AbortSignal): Promise<void> {
  await listener.down();
  await clock.sleep(downMs, closing);
  if (!closing.aborted) await listener.up();
}

function contextFor(options: EmbeddedCriOptions, agents: HttpAgents): PullContext {
  const images = createImageStore();
  for (const { id, repoTags, repoDigests, sizeBytes, isPinned } of options.images ?? []) {
    const names = new Set([...repoTags, ...repoDigests]);
    images.add({ id, names, sizeBytes, contents: new Set(), ...(isPinned && { isPinned }) });
  }
  return {
    access: { plainHttpHosts: new Set(options.plainHttpHosts), agents },
    contents: createContentStore(),
    images,
    platform: options.platform ?? { os: "linux", architecture: arch() === "x64" ? "amd64" : arch() },
  };
}

function identityFor(options: EmbeddedCriOptions): RuntimeIdentity {
  return {
    name: options.name ?? "larder-embedded",
    version: "in-process",
    pullReturns: options.pullReturns ?? "id",
  };
}
