import { describe, expect, it } from "vitest";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { registryContract } from "../contract/registry.contract.ts";
import { registryReadsContract } from "../contract/registry-reads.contract.ts";
import { startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const folder = useRunFolder();

registryContract("docker-registry", async (accounts) => {
  const guarded = accounts.length > 0;
  const registry = await startDockerRegistry(folder(), {
    name: guarded ? "guarded" : "open",
    ...(guarded && { accounts }),
  });
  return { url: registry.url, close: () => registry.stop() };
});

registryReadsContract("docker-registry", async (accounts) => {
  const guarded = accounts.length > 0;
  const registry = await startDockerRegistry(folder(), {
    name: guarded ? "guarded-reads" : "open-reads",
    ...(guarded && { accounts }),
  });
  return { host: registry.host, close: () => registry.stop() };
});

describe("docker-registry as a part", () => {
  it("has its images again after it was killed and started on the same port", async () => {
    const registry = await startDockerRegistry(folder(), { name: "restarted" });
    const image = await makeImage({ files: { "etc/larder": "hello" } });
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository: "acme/app", tag: "1.0", image, signal });
    const blob = `${registry.url}/v2/acme/app/blobs/${image.config.digest}`;
    await registry.kill();
    await expect(fetch(blob, { signal })).rejects.toThrow();
    await registry.startAgain();
    expect((await fetch(blob, { signal })).status).toBe(200);
    await registry.stop();
  });
});
