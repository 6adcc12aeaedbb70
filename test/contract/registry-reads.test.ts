import { describe } from "vitest";
import { systemClock } from "#effects/system/clock.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { registryReadsContract } from "./registry-reads.contract.ts";

describe.each(["basic", "token"] as const)("%s authentication", (authentication) => {
  registryReadsContract("the embedded registry", (accounts) =>
    startEmbeddedRegistry({ clock: systemClock(), accounts, authentication }),
  );
});
