import { EVENT_SCHEMA, type EventBody, type ImageFinished, type LarderEvent } from "#domain/run/event.ts";
import { SAMPLE_START } from "./sample-events.ts";

export interface FleetStory {
  readonly nodes: number;
  readonly images: number;
  /** Node `n` of all: what goes wrong there, by image number. */
  readonly wrong?: (node: number, image: number) => Partial<ImageFinished> | undefined;
  readonly nodeName?: (node: number) => string;
}

export const notFound = (image: string): Partial<ImageFinished> => ({
  outcome: "failed",
  class: "not-found",
  message: `failed to resolve "${image}": not found`,
  advice: "Check the spelling of the image, or push it first.",
});

export const imageName = (index: number): string => `quay.io/acme/team-${index % 7}/service-${index}:1.${index}.0`;

const LANES = 3;

/**
 * One run on many nodes, as a cluster tells it: the events of all nodes interleaved in the order of their times. Each node
 * pulls three images at a time and is a little slower than the one before, every eleventh node much slower.
 */
export function interleavedFleet(story: FleetStory): LarderEvent[] {
  const events: (readonly [number, LarderEvent])[] = [];
  for (let node = 0; node < story.nodes; node++) events.push(...nodeEvents(story, node));
  return events.toSorted(([a], [b]) => a - b).map(([, event]) => event);
}

function nodeEvents(story: FleetStory, index: number): (readonly [number, LarderEvent])[] {
  const told: (readonly [number, LarderEvent])[] = [];
  const node = story.nodeName?.(index) ?? `worker-${index + 1}`;
  const tell = (at: number, body: EventBody): void => {
    const time = new Date(SAMPLE_START + at).toISOString();
    told.push([at, { schema: EVENT_SCHEMA, run: "run-1", node, time, ...body }]);
  };
  const names = Array.from({ length: story.images }, (_, image) => imageName(image));
  const images = names.map((image) => ({ image, names: [image] }));
  tell(index % 50, {
    kind: "run-started",
    larder: "0.1.0",
    method: "cri",
    images,
    parallel: LANES,
    timeoutMs: 1_200_000,
  });
  const lanes = Array.from({ length: LANES }, () => 100 + (index % 50) * 20);
  let failed = 0;
  for (const [number, image] of names.entries()) {
    const lane = lanes.indexOf(Math.min(...lanes));
    const startMs = lanes[lane] ?? 0;
    const durationMs = Math.floor(
      (400 + ((number * 37) % 11) * 150) * (1 + (index % 17) / 17) * (index % 11 === 10 ? 3 : 1),
    );
    const wrong = story.wrong?.(index, number);
    if (wrong) failed += 1;
    pullEvents(tell, image, startMs, wrong ? 250 : durationMs, wrong, number);
    lanes[lane] = startMs + (wrong ? 250 : durationMs) + 2;
  }
  const durationMs = Math.max(...lanes);
  const outcome = failed > 0 ? "incomplete" : "stocked";
  tell(durationMs, { kind: "run-finished", outcome, durationMs, pulled: story.images - failed, present: 0, failed });
  return told;
}

function pullEvents(
  tell: (at: number, body: EventBody) => void,
  image: string,
  startMs: number,
  durationMs: number,
  wrong: Partial<ImageFinished> | undefined,
  number: number,
): void {
  const about = { image, attempt: 1, credential: null };
  const endMs = startMs + durationMs;
  const sizeBytes = wrong ? null : (number + 1) * 7_654_321;
  tell(startMs, { kind: "pull-started", ...about, timeoutMs: 30_000 });
  if (wrong) {
    const failure = { class: wrong.class ?? "unknown", permanent: true, message: wrong.message ?? "" } as const;
    tell(endMs, { kind: "pull-failed", ...about, durationMs, ...failure });
  } else tell(endMs, { kind: "pull-succeeded", ...about, durationMs, sizeBytes, imageRef: "sha256:1" });
  const end = { kind: "image-finished", image, names: [image], outcome: "pulled", attempts: 1, sizeBytes } as const;
  tell(endMs + 1, { ...end, durationMs, ...wrong });
}
