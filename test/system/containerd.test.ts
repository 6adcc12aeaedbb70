import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { type Image, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { alice, inTime, mallory, type RunningRuntime } from "../contract/cri/bench.ts";
import { criContract } from "../contract/cri.contract.ts";
import { startContainerd } from "./parts/containerd.ts";
import { startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const runFolder = useRunFolder();

async function containerd(plainHttpHosts: readonly string[], name?: string): Promise<RunningRuntime> {
  const started = await startContainerd(runFolder(), { plainHttpHosts, ...(name !== undefined && { name }) });
  return { ...started, close: () => started.stop() };
}

async function embedded(plainHttpHosts: readonly string[]): Promise<RunningRuntime> {
  const socket = join(await mkdtemp(join(runFolder().path, "cri-")), "cri.sock");
  return startEmbeddedCriRuntime({ socket, clock: systemClock(), plainHttpHosts });
}

criContract("containerd", (plainHttpHosts) => containerd(plainHttpHosts));

describe("docker-registry with htpasswd", () => {
  let cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.toReversed()) await step();
    cleanUp = [];
  });

  const layers: Promise<Image> = makeImage({ noise: { seed: "docker-registry", layerBytes: [1_000_000, 300_000, 1] } });

  test.each([
    ["containerd", (hosts: readonly string[]) => containerd(hosts, "containerd-2")],
    ["the embedded runtime", embedded],
  ])("serves %s with the right password only, and again after a restart of both", async (name, start) => {
    const registry = await startDockerRegistry(runFolder(), {
      name: `registry-${name.replaceAll(" ", "-")}`,
      accounts: [alice],
    });
    cleanUp.push(() => registry.stop());
    const image = await layers;
    await pushImage({
      registry: registry.url,
      repository: "team/app",
      tag: "1",
      image,
      credential: alice,
      signal: inTime(),
    });
    const runtime = await start([registry.host]);
    cleanUp.push(() => runtime.close());
    const cri = connectCri({ socket: runtime.socket });
    cleanUp.push(() => cri.close());
    const reference = `${registry.host}/team/app:1`;
    for (const credential of [undefined, mallory]) {
      const refused = await cri.pullImage(reference, credential, inTime());
      expect(refused.ok || refused.error.message).toMatch(/status code \[manifests 1\]: 401 Unauthorized$/);
    }
    expect(await cri.pullImage(reference, alice, inTime())).toEqual({ ok: true, value: image.config.digest });
    const absent = await cri.pullImage(`${registry.host}/team/app:2`, alice, inTime());
    expect(absent).toMatchObject({ ok: false, error: { grpcCode: "NotFound" } });

    await registry.kill();
    await runtime.kill();
    const gone = await cri.pullImage(reference, alice, inTime());
    expect(gone).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
    await runtime.startAgain();
    const unreachable = await cri.pullImage(reference, alice, inTime());
    expect(unreachable.ok || unreachable.error.message).toMatch(/: connect: connection refused$/);
    await registry.startAgain();
    expect(await cri.pullImage(reference, alice, inTime())).toEqual({ ok: true, value: image.config.digest });
    const log = await readFile(registry.log, "utf8");
    expect(log).not.toContain(alice.password.reveal());
  });
});
