import { systemClock } from "#effects/system/clock.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { registryContract } from "./registry.contract.ts";

registryContract("the embedded registry", (accounts) => startEmbeddedRegistry({ clock: systemClock(), accounts }));
