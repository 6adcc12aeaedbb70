/**
 * An OCI registry in this process, over real HTTP on 127.0.0.1: what `larder demo` pulls from, and what tests break on purpose.
 *
 * It answers as docker-registry 2.8 does, and one contract suite holds both to that. Around the right answer lie three
 * things that tests need: accounts per repository (so that one registry has public and private images), faults as data,
 * and a log of what was asked, by whom.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "#ports/clock.ts";
import type { Account } from "./accounts.ts";
import { FaultPlan, type FaultRule } from "./fault.ts";
import type { Authentication } from "./gate.ts";
import { MemoryStore } from "./memory-store.ts";
import { type LoggedRequest, RequestLog } from "./request-log.ts";
import { type Registry, serve } from "./serve.ts";
import { Tokens } from "./tokens.ts";

export interface EmbeddedRegistryOptions {
  readonly clock: Clock;
  /** @default none: everybody may read and write */
  readonly accounts?: readonly Account[];
  /** Prefixes of repositories that are read without a credential, where there are accounts. @default none */
  readonly publicRepositories?: readonly string[];
  /** `token` adds a token endpoint and asks for its tokens; Basic is then still taken. @default "basic" */
  readonly authentication?: Authentication;
  /** @default none */
  readonly faults?: readonly FaultRule[];
}

export interface EmbeddedRegistry {
  /** As it stands in image references: `127.0.0.1:PORT`. */
  readonly host: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every request so far, those that are still waiting for their answer included. */
  requests(): readonly LoggedRequest[];
  /** From now on these faults, with fresh counts, and no others. */
  setFaults(faults: readonly FaultRule[]): void;
  /** Ends every connection at once, also those in the middle of an answer. */
  close(): Promise<void>;
}

/** Starts a registry on a free port of 127.0.0.1; close it when done. */
export async function startEmbeddedRegistry(options: EmbeddedRegistryOptions): Promise<EmbeddedRegistry> {
  const log = new RequestLog();
  const registry: Registry = {
    clock: options.clock,
    store: new MemoryStore(),
    gate: {
      rules: { accounts: options.accounts ?? [], publicRepositories: options.publicRepositories ?? [] },
      authentication: options.authentication ?? "basic",
      tokens: new Tokens(options.clock),
    },
    log,
    faults: new FaultPlan(options.faults ?? []),
  };
  // As docker-registry: idle connections stay open, and slow uploads may take their time.
  const patience = { keepAliveTimeout: 0, requestTimeout: 0 };
  const server = createServer(patience, (request: IncomingMessage, response: ServerResponse) => {
    void serve(registry, request, response);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return {
    host,
    url: `http://${host}`,
    requests: () => log.all(),
    setFaults: (faults) => {
      registry.faults = new FaultPlan(faults);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the registry has no TCP port"));
    });
  });
}
