/**
 * What Larder expects of a registry, held against the embedded one and against docker-registry 2.8 alike, so that tests
 * on the embedded one mean something.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { accounts, alice, bob } from "./registry/accounts.ts";
import { type RegistryAccount, RegistryClient } from "./registry/client.ts";
import { manifests } from "./registry/manifests.ts";
import { reading } from "./registry/reading.ts";
import { uploading } from "./registry/uploading.ts";

interface RunningRegistry {
  /** `http://host:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** With accounts, every request needs one of them; without, none does. */
export type StartRegistry = (accounts: readonly RegistryAccount[]) => Promise<RunningRegistry>;

export function registryContract(name: string, start: StartRegistry): void {
  describe(name, () => {
    describe("open to everybody", () => {
      const client = useRegistry(() => start([]));
      reading(client);
      uploading(client);
      manifests(client);
    });
    describe("guarded", () => {
      accounts(useRegistry(() => start([alice, bob])));
    });
  });
}

function useRegistry(start: () => Promise<RunningRegistry>): () => RegistryClient {
  let registry: RunningRegistry | undefined;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(async () => {
    await registry?.close();
  });
  return () => {
    if (registry === undefined) throw new Error("the registry is started by beforeAll");
    return new RegistryClient(registry.url);
  };
}
