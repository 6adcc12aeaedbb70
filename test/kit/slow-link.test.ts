import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#effects/system/clock.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { rawGet } from "./raw-get.ts";
import { type LinkOptions, openSlowLink } from "./slow-link.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function linked(options: Omit<LinkOptions, "port">, bytes = 1_000) {
  const registry = await startEmbeddedRegistry({ clock: systemClock() });
  closing.push(() => registry.close());
  const image = await makeImage({ noise: { seed: "link", layerBytes: [bytes] } });
  const signal = AbortSignal.timeout(10_000);
  await pushImage({ registry: registry.url, repository: "team/app", tag: "1", image, signal });
  const link = await openSlowLink({ ...options, port: Number(registry.host.split(":")[1]) });
  closing.push(() => link.close());
  const blob = image.layers[0];
  if (!blob) throw new Error("the image has a layer");
  return { registry, link, blob, url: `http://${link.host}/v2/team/app/blobs/${blob.digest}` };
}

async function timed<T>(work: Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  const done = await work;
  return [done, performance.now() - start];
}

describe("a slow link", () => {
  it("carries everything as it is, and counts it", async () => {
    const { link, blob, url } = await linked({}, 3_000_000);
    const answer = await rawGet(url);
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(answer.bytes.equals(blob.bytes)).toBe(true);
    expect(link.carried()).toBeGreaterThan(blob.bytes.length);
  });

  it("lets nothing through faster than its rate, over all connections together", async () => {
    const { url, link } = await linked({ bytesPerSecond: 2_000_000 }, 500_000);
    const [answers, ms] = await timed(Promise.all([rawGet(url), rawGet(url)]));
    expect(answers.every(({ complete }) => complete)).toBe(true);
    expect(ms).toBeGreaterThan((link.carried() / 2_000_000) * 1_000 - 30);
  });

  it("delays a request by its round trip, and the first one by that of the connection, too", async () => {
    const { url } = await linked({ roundTripMs: 60 });
    const [answer, ms] = await timed(rawGet(url));
    expect(answer.status).toBe(200);
    expect(ms).toBeGreaterThan(110);
  });

  it("breaks when the registry does, behind what the kernel holds", async () => {
    const { registry, url } = await linked({ bytesPerSecond: 10_000_000 }, 20_000_000);
    const pending = rawGet(url);
    await systemClock().sleep(300);
    await registry.close();
    expect(await pending).toMatchObject({ complete: false });
  });
});
