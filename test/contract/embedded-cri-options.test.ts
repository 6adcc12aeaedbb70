/** What the embedded runtime has beyond the contract: its options, its faults, and that it lets go of everything. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import {
  type EmbeddedCriOptions,
  type EmbeddedCriRuntime,
  startEmbeddedCriRuntime,
} from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import type { CriFaultRule } from "#embedded/cri-runtime/faults.ts";
import { makeImage, makeImageIndex } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import type { CriRuntime, NodeImage } from "#ports/cri.ts";
import { inTime } from "./cri/bench.ts";

const clock = systemClock();
const preloaded: NodeImage = {
  id: `sha256:${"a".repeat(64)}`,
  repoTags: ["docker.io/library/busybox:1"],
  repoDigests: [],
  sizeBytes: 7,
};

let folder: string;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-cri-"));
  cleanUp = [];
});

afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  const left = await readdir(folder);
  await rm(folder, { recursive: true });
  expect(left).toEqual([]);
});

async function start(
  options: Partial<EmbeddedCriOptions> = {},
): Promise<{ runtime: EmbeddedCriRuntime; cri: CriRuntime }> {
  const socket = join(folder, "cri.sock");
  const runtime = await startEmbeddedCriRuntime({ socket, clock, ...options });
  const cri = connectCri({ socket });
  cleanUp.push(() => runtime.close());
  cleanUp.push(() => cri.close());
  return { runtime, cri };
}

async function startRegistry(): Promise<EmbeddedRegistry> {
  const registry = await startEmbeddedRegistry({ clock });
  cleanUp.push(() => registry.close());
  return registry;
}

describe("options", () => {
  test("a name, and images that are on the node from the beginning, found in any spelling", async () => {
    const { cri } = await start({ name: "somebody", images: [preloaded] });
    expect(await cri.version(inTime())).toMatchObject({ value: { name: "somebody" } });
    expect(await cri.listImages(inTime())).toEqual({ ok: true, value: [preloaded] });
    for (const spelling of ["busybox:1", "library/busybox:1", "index.docker.io/busybox:1", preloaded.id]) {
      expect.soft(await cri.imageStatus(spelling, inTime()), spelling).toEqual({ ok: true, value: preloaded });
    }
  });

  test("PullImage answers a name with digest, as older CRI-O", async () => {
    const registry = await startRegistry();
    const image = await makeImage({ files: { a: "a" } });
    await pushImage({ registry: registry.url, repository: "a", tag: "1", image, signal: inTime() });
    const { cri } = await start({ pullReturns: "repo-digest" });
    const pulled = await cri.pullImage(`${registry.host}/a:1`, undefined, inTime());
    expect(pulled).toEqual({ ok: true, value: `${registry.host}/a@${image.manifest.digest}` });
    expect(await cri.imageStatus(`${registry.host}/a:1`, inTime())).toMatchObject({
      value: { id: image.config.digest },
    });
  });

  test("a platform", async () => {
    const registry = await startRegistry();
    const images = await Promise.all(
      ["amd64", "riscv64"].map((architecture) =>
        makeImage({ files: { architecture }, platform: { os: "linux", architecture } }),
      ),
    );
    await pushImage({
      registry: registry.url,
      repository: "a",
      tag: "1",
      image: makeImageIndex(images),
      signal: inTime(),
    });
    const { cri } = await start({ platform: { os: "linux", architecture: "riscv64" } });
    expect(await cri.pullImage(`${registry.host}/a:1`, undefined, inTime())).toMatchObject({
      value: images[1]?.config.digest,
    });
  });

  test("two images whose IDs begin alike are not told apart by the beginning", async () => {
    const twin = { ...preloaded, id: `sha256:${"a".repeat(63)}b`, repoTags: ["docker.io/library/twin:1"] };
    const { cri } = await start({ images: [preloaded, twin] });
    expect(await cri.imageStatus("aaaa", inTime())).toMatchObject({
      ok: false,
      error: { message: 'can not resolve "aaaa" locally: ambiguous digest string' },
    });
    expect(await cri.imageStatus(twin.id.slice(7), inTime())).toMatchObject({ value: { id: twin.id } });
  });

  test("a socket's path that is too long, or in a folder that is not there, is refused", async () => {
    await expect(start({ socket: join(folder, "x".repeat(108)) })).rejects.toThrow("too long for a socket");
    await expect(start({ socket: join(folder, "absent", "cri.sock") })).rejects.toThrow(/ENOENT|EACCES/);
  });
});

describe("faults", () => {
  const refuse = (times: number): CriFaultRule => ({
    on: { call: "imageStatus", image: "busybox:1" },
    times,
    fault: { kind: "refuse", status: "Unknown", message: "out of order" },
  });
  const refused = { ok: false, error: { grpcCode: "Unknown", message: "out of order" } };

  test("refuse so many calls about one image, in any spelling", async () => {
    const { cri } = await start({ images: [preloaded], faults: [refuse(2)] });
    expect(await cri.imageStatus("other:1", inTime())).toMatchObject({ ok: true });
    expect(await cri.imageStatus("docker.io/library/busybox:1", inTime())).toEqual(refused);
    expect(await cri.imageStatus("busybox:1", inTime())).toEqual(refused);
    expect(await cri.imageStatus("busybox:1", inTime())).toMatchObject({ value: { id: preloaded.id } });
  });

  test("new faults replace the old ones", async () => {
    const { cri, runtime } = await start({ faults: [refuse(100)] });
    runtime.setFaults([]);
    expect(await cri.imageStatus("busybox:1", inTime())).toMatchObject({ ok: true });
    runtime.setFaults([refuse(1)]);
    expect(await cri.imageStatus("busybox:1", inTime())).toEqual(refused);
  });

  test("a delayed call is served, a hanging one is not", async () => {
    const { cri, runtime } = await start({ faults: [{ on: { call: "version" }, fault: { kind: "delay", ms: 30 } }] });
    const before = clock.monotonic();
    expect(await cri.version(inTime())).toMatchObject({ ok: true });
    expect(clock.monotonic() - before).toBeGreaterThan(25);
    runtime.setFaults([{ on: { call: "version" }, fault: { kind: "hang" } }]);
    expect(await cri.version(AbortSignal.timeout(50))).toMatchObject({ error: { grpcCode: "Canceled" } });
  });

  test("a crash breaks the call, and the runtime is back with its images", async () => {
    const faults: CriFaultRule[] = [{ on: { call: "pullImage" }, fault: { kind: "crash", downMs: 30 } }];
    const { cri } = await start({ images: [preloaded], faults });
    expect(await cri.pullImage("a", undefined, inTime())).toMatchObject({ error: { grpcCode: "Unavailable" } });
    await expect.poll(() => cri.listImages(inTime())).toEqual({ ok: true, value: [preloaded] });
  });

  test("closing does not wait for a runtime that is down", async () => {
    const faults: CriFaultRule[] = [{ on: { call: "version" }, fault: { kind: "crash", downMs: 3_600_000 } }];
    const { cri, runtime } = await start({ faults });
    expect(await cri.version(inTime())).toMatchObject({ error: { grpcCode: "Unavailable" } });
    await runtime.close();
  });
});

describe("connections to registries", () => {
  test.each([
    ["a canceled call", (stop: AbortController) => stop.abort()],
    ["a runtime that closes", (_: AbortController, runtime: EmbeddedCriRuntime) => runtime.close()],
    ["a runtime that is killed", (_: AbortController, runtime: EmbeddedCriRuntime) => runtime.kill()],
  ])("%s closes them", async (_, end) => {
    const connections = new Set<Socket>();
    const silent = createServer();
    silent.on("connection", (connection: Socket) => {
      connections.add(connection);
      connection.once("close", () => connections.delete(connection));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    cleanUp.push(() => new Promise((resolve) => silent.close(resolve)));
    const { port } = silent.address() as AddressInfo;
    const { cri, runtime } = await start();
    const stop = new AbortController();
    const pull = cri.pullImage(`127.0.0.1:${port}/a:1`, undefined, stop.signal);
    await vi.waitUntil(() => connections.size === 1);
    await end(stop, runtime);
    await vi.waitUntil(() => connections.size === 0);
    expect(await pull).toMatchObject({ ok: false });
  });
});
