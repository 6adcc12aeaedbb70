/** What an agent that pulled all images leaves behind, the same on every fake node: kwok runs nothing. */
import { EVENT_SCHEMA, type EventBody } from "#domain/run/event.ts";
import { encodeTerminationMessage } from "#domain/run/termination-message.ts";
import { formatStreamLine } from "#present/ndjson/presenter.ts";

const DURATION_MS = 42_000;
const SIZE_BYTES = 52_428_800;

export function agentMessage(images: readonly string[]): string {
  return encodeTerminationMessage({
    outcome: "stocked",
    durationMs: DURATION_MS,
    images: images.map(() => ({ outcome: "pulled" })),
  });
}

export function agentLog(images: readonly string[]): readonly string[] {
  const head = { schema: EVENT_SCHEMA, run: "agent", node: "fake" } as const;
  const startedMs = Date.now();
  return bodiesOf(images).map((body, index) =>
    formatStreamLine({ ...head, time: new Date(startedMs + index).toISOString(), ...body }),
  );
}

function bodiesOf(images: readonly string[]): readonly EventBody[] {
  const listed = images.map((image) => ({ image, names: [image] }));
  const pulled = images.length;
  return [
    { kind: "run-started", larder: "0.0.0", method: "cri", images: listed, parallel: 8, timeoutMs: 900_000 },
    ...images.flatMap(bodiesOfImage),
    { kind: "run-finished", outcome: "stocked", durationMs: DURATION_MS, pulled, present: 0, failed: 0 },
  ];
}

function bodiesOfImage(image: string): readonly EventBody[] {
  const about = { image, attempt: 1, credential: null } as const;
  const imageRef = `sha256:${"a".repeat(64)}`;
  const [durationMs, sizeBytes] = [2_300, SIZE_BYTES];
  return [
    { kind: "pull-started", ...about, timeoutMs: 30_000 },
    { kind: "pull-succeeded", ...about, durationMs, sizeBytes, imageRef },
    { kind: "image-finished", image, names: [image], outcome: "pulled", attempts: 1, durationMs, sizeBytes },
  ];
}
