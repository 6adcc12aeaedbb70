import { EVENT_SCHEMA, type EventBody, type ImageFinished } from "#domain/run/event.ts";

export interface Fleet {
  readonly nodes: number;
  readonly images: number;
}

const START = Date.parse("2026-01-01T00:00:00Z");
const LANES = 8;
const notFound = (image: string): string =>
  `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;

/**
 * The event streams of many nodes, one after the other, as text of a node at a time: eight pulls at once, of which two in a
 * hundred fail and as many need a second attempt. The same fleet gives the same text.
 */
export function* fleetStream({ nodes, images }: Fleet): Generator<string> {
  const random = sequence(nodes * 31 + images);
  const names = Array.from({ length: images }, (_, n) => `quay.io/acme/team-${n % 7}/service-${n}:1.${n}.0`);
  for (let node = 0; node < nodes; node++) yield nodeStream(node, names, random);
}

function nodeStream(index: number, names: readonly string[], random: () => number): string {
  const number = String(index).padStart(4, "0");
  const head = {
    schema: EVENT_SCHEMA,
    run: `0c0ffee0-0000-4000-8000-00000000${number}`,
    node: `worker-${number}.test`,
  };
  const lines: string[] = [];
  const startMs = START + Math.floor(random() * 60_000);
  const tell = (atMs: number, body: EventBody): void => {
    lines.push(`${JSON.stringify({ ...head, time: new Date(startMs + atMs).toISOString(), ...body })}\n`);
  };
  const listed = names.map((image) => ({ image, names: [image] }));
  tell(0, {
    kind: "run-started",
    larder: "0.1.0",
    method: "cri",
    images: listed,
    parallel: LANES,
    timeoutMs: 1_200_000,
  });
  const runtime = { socket: "/run/containerd/containerd.sock", runtime: "containerd", runtimeVersion: "2.1.4" };
  tell(5, { kind: "runtime-connected", ...runtime });
  const lanes = Array.from({ length: LANES }, () => 10);
  let failed = 0;
  for (const image of names) {
    const lane = lanes.indexOf(Math.min(...lanes));
    const { endMs, isGood } = imageStream(image, lanes[lane] ?? 0, random, tell);
    lanes[lane] = endMs;
    if (!isGood) failed += 1;
  }
  const durationMs = Math.max(...lanes);
  const outcome = failed > 0 ? "incomplete" : "stocked";
  tell(durationMs, { kind: "run-finished", outcome, durationMs, pulled: names.length - failed, present: 0, failed });
  return lines.join("");
}

function imageStream(
  image: string,
  startMs: number,
  random: () => number,
  tell: (atMs: number, body: EventBody) => void,
): { endMs: number; isGood: boolean } {
  const luck = random();
  const credential = luck < 0.3 ? null : "docker-config /etc/larder/quay.json";
  const about = { image, credential };
  const durationMs = Math.floor(200 + random() * 9_000);
  const sizeBytes = Math.floor(1e6 + random() * 5e8);
  const end = (attempts: number, atMs: number, more: Partial<ImageFinished>): void =>
    tell(atMs, {
      kind: "image-finished",
      image,
      names: [image],
      outcome: "pulled",
      attempts,
      durationMs: atMs - startMs,
      sizeBytes,
      ...more,
    });
  tell(startMs, { kind: "pull-started", ...about, attempt: 1, timeoutMs: 30_000 });
  const isRetried = luck > 0.98;
  const isGood = luck > 0.02;
  const attempt = isRetried ? 2 : 1;
  const lastMs = isRetried ? startMs + 1_200 : startMs;
  if (isRetried) {
    const failure = { class: "rate-limited", permanent: false, message: "429 Too Many Requests" } as const;
    tell(startMs + 200, { kind: "pull-failed", ...about, attempt: 1, durationMs: 200, ...failure });
    tell(startMs + 201, { kind: "pull-delayed", image, delayMs: 999, class: "rate-limited" });
    tell(lastMs, { kind: "pull-started", ...about, attempt, timeoutMs: 60_000 });
  }
  const endMs = lastMs + durationMs;
  if (isGood) {
    const imageRef = `sha256:${"5c".repeat(32)}`;
    tell(endMs, { kind: "pull-succeeded", ...about, attempt, durationMs, sizeBytes, imageRef });
    end(attempt, endMs + 1, {});
  } else {
    const failure = { class: "not-found", message: notFound(image) } as const;
    tell(endMs, { kind: "pull-failed", ...about, attempt, durationMs, permanent: true, ...failure });
    const advice = "Check the spelling of the image, or push it first.";
    end(attempt, endMs + 1, { outcome: "failed", sizeBytes: null, ...failure, advice });
  }
  return { endMs: endMs + 2, isGood };
}

/** Numbers from 0 to 1 that look random (mulberry32), the same for the same seed. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
