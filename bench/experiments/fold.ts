import { EVENT_SCHEMA, type EventBody, type LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { readEvents } from "#inputs/event-stream/read-events.ts";
import { formatStreamLine } from "#present/ndjson/presenter.ts";
import { atLeast, formatSummary } from "../report.ts";
import { alternate, summarize } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";

const NODES = 200;
const IMAGES = 100;
const ROUNDS = 9;

/** The streams of many nodes, put together as a report does it. */
export const fold: Experiment = async ({ say }) => {
  const events = Array.from({ length: NODES }, (_, node) => eventsOfNode(node)).flat();
  const chunks = events.map((event) => Buffer.from(`${formatStreamLine(event)}\n`));
  const rate = async (work: () => Promise<void> | void): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return events.length / ((performance.now() - startedAt) / 1_000);
  };
  const candidates = new Map([
    ["folded", () => rate(() => foldAll(events))],
    ["read, checked and folded", () => rate(() => readAll(chunks))],
  ]);
  const rates = await alternate(ROUNDS, candidates, say);
  const of = (name: string) => summarize(rates.get(name) ?? []);
  return {
    columns: [`${events.length} events of ${NODES} nodes`, "events a second"],
    rows: [...candidates.keys()].map((name) => [name, formatSummary(of(name), 0)]),
    targets: [atLeast("events folded a second:", of("folded"), 100_000, 0)],
  };
};

function foldAll(events: readonly LarderEvent[]): void {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  if (runs.byKey.size !== NODES) throw new Error(`${runs.byKey.size} runs were folded, not ${NODES}`);
}

async function readAll(chunks: readonly Uint8Array[]): Promise<void> {
  const runs = emptyRuns();
  for await (const event of readEvents("bench", chunks)) {
    if (!event.ok) throw new Error(event.error.problem);
    foldEvent(runs, event.value);
  }
  if (runs.byKey.size !== NODES) throw new Error(`${runs.byKey.size} runs were read, not ${NODES}`);
}

/** Every third image needs a second attempt. */
function eventsOfNode(node: number): LarderEvent[] {
  const head = { schema: EVENT_SCHEMA, run: `run-${node}`, node: `worker-${node}` } as const;
  const images = Array.from({ length: IMAGES }, (_, n) => `registry.example/team/app-${n}:1.2.3`);
  const listed = images.map((image) => ({ image, names: [image] }));
  const bodies: EventBody[] = [
    { kind: "run-started", larder: "0.0.0", method: "cri", images: listed, parallel: 8, timeoutMs: 1_200_000 },
    ...images.flatMap((image, n) => eventsOfImage(image, n % 3 === 0)),
    { kind: "run-finished", outcome: "stocked", durationMs: 90_000, pulled: IMAGES, present: 0, failed: 0 },
  ];
  const startedAt = Date.UTC(2025, 0, 1) + node;
  return bodies.map((body, n) => ({ ...head, time: new Date(startedAt + n * 100).toISOString(), ...body }));
}

function eventsOfImage(image: string, fails: boolean): EventBody[] {
  const about = { image, attempt: 1, credential: "secret ci/quay" } as const;
  const message = `failed to pull and unpack image "${image}": unexpected status code: 503 Service Unavailable`;
  const failure = { class: "registry-unavailable", permanent: false, message } as const;
  const failed: EventBody[] = [
    { kind: "pull-started", ...about, timeoutMs: 30_000 },
    { kind: "pull-failed", ...about, durationMs: 300, ...failure },
    { kind: "pull-delayed", image, delayMs: 900, class: "registry-unavailable" },
  ];
  const attempt = fails ? 2 : 1;
  const succeeded = { durationMs: 2_300, sizeBytes: 52_428_800, imageRef: `sha256:${"a".repeat(64)}` };
  return [
    ...(fails ? failed : []),
    { kind: "pull-started", ...about, attempt, timeoutMs: 30_000 },
    { kind: "pull-succeeded", ...about, attempt, ...succeeded },
    {
      kind: "image-finished",
      image,
      names: [image],
      outcome: "pulled",
      attempts: attempt,
      durationMs: 3_500,
      sizeBytes: 52_428_800,
    },
  ];
}
