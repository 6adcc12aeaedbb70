/** A node that has none of the images, behind a link with a fixed rate and a delay. */
import { get } from "node:http";
import { systemClock } from "#effects/system/clock.ts";
import type { SlowLink } from "../../test/kit/slow-link.ts";
import { type Program, runToEnd } from "../program.ts";
import { imagesAt, type Layers, onStage, type Stage } from "../stage.ts";

const IMAGES = 20;
/** From 1.6 to 6.4 MB an image, 80 MB together: images of one size would all be unpacked at the same moments. */
const layersOf: Layers = (n) => [3, 3, 2].map((share) => share * (200_000 + (n % 5) * 150_000));
/** 50 Mbit/s. */
const BYTES_PER_SECOND = 6_250_000;
const ROUND_TRIP_MS = 20;

const SETTLE_MS = 1_000;

export interface ColdRun {
  readonly ms: number;
  /** Of the link's rate, from 0 to 1. */
  readonly rate: number;
}

export interface ColdNode {
  /** One run of `fetch`; throws if an image is missing afterwards. */
  measure(program: (flags: readonly string[]) => Program): Promise<ColdRun>;
  /** The same blobs without containerd: what the link itself can do. */
  measureLink(): Promise<ColdRun>;
}

export function onColdNode<T>(work: (node: ColdNode) => Promise<T>): Promise<T> {
  return onStage(async (stage) => {
    const registry = await stage.openRegistry();
    await stage.push(registry, IMAGES, layersOf);
    const link = await stage.link(registry, { bytesPerSecond: BYTES_PER_SECOND, roundTripMs: ROUND_TRIP_MS });
    const flags = await stage.fetchFlags(imagesAt(link.host, IMAGES));
    const asked = registry.requests().filter(({ method, path }) => method === "HEAD" && path.includes("/blobs/"));
    const urls = asked.map(({ path }) => `http://${link.host}${path}`);
    return work({
      measure: (program) => measureCold(stage, link, program(flags)),
      measureLink: () => atRate(link, () => download(urls)),
    });
  });
}

async function measureCold(stage: Stage, link: SlowLink, program: Program): Promise<ColdRun> {
  await stage.containerd.removeImages();
  // What containerd still tidies up belongs to no run.
  await systemClock().sleep(SETTLE_MS);
  const run = await atRate(link, async () => (await runToEnd(program)).ms);
  await stage.expectImages(IMAGES);
  return run;
}

/** @param work gives the time that it took in ms */
async function atRate(link: SlowLink, work: () => Promise<number>): Promise<ColdRun> {
  const before = link.carried();
  const ms = await work();
  return { ms, rate: (link.carried() - before) / ((BYTES_PER_SECOND * ms) / 1_000) };
}

async function download(urls: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const left = [...urls];
  const worker = async (): Promise<void> => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) await downloadOne(url);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return performance.now() - startedAt;
}

function downloadOne(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (answer) => answer.resume().on("end", resolve).on("error", reject));
    request.on("error", reject);
  });
}
