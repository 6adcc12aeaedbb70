import * as fc from "fast-check";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { EVENT_SCHEMA, type EventBody, type ImageFinished, type LarderEvent } from "#domain/run/event.ts";

/** Texts of every kind: image names, control characters, wide characters, emoji, combining marks, half surrogates. */
export const anyText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "quay.io/acme/app:1.2.3",
    `registry.example:5000/base@sha256:${"4f1c".repeat(16)}`,
    "東京/画像:最新",
    "\u001b[31mred\u001b[0m\r\n\tnext",
    "👩‍👩‍👧‍👦🇩🇪🇫🇷",
    "e\u0301\u0301\u0301 ด้้้้ \u1100\u1161\u11a8 ｶﾞ",
    "\ud800 half \udc00",
    "\u202egnp.exe",
  ),
);

const ms = fc.nat({ max: 10_000_000 });
const size = fc.option(fc.nat({ max: 2 ** 40 }));
const failureClass = fc.constantFrom(...FAILURE_CLASSES);
const attempt = fc.integer({ min: 1, max: 4 });
const parallel = fc.option(attempt);

/** Bodies over the given images; any order, so also streams that no run would write. */
function arbitraryBody(image: fc.Arbitrary<string>): fc.Arbitrary<EventBody> {
  const credential = fc.option(anyText);
  const pull = { image, attempt, credential };
  const texts = fc.array(anyText, { minLength: 1, maxLength: 3 });
  const listed = image.map((name) => ({ image: name, names: [name] }));
  const failure = { class: failureClass, message: anyText };
  const finished: fc.Arbitrary<ImageFinished> = fc.record(
    {
      kind: fc.constant("image-finished"),
      image,
      names: texts,
      outcome: fc.constantFrom("pulled", "present", "failed", "deadline", "interrupted", "halted"),
      attempts: fc.nat({ max: 9 }),
      durationMs: ms,
      sizeBytes: size,
      ...failure,
      advice: anyText,
    },
    { requiredKeys: ["kind", "image", "names", "outcome", "attempts", "durationMs", "sizeBytes"] },
  );
  return fc.oneof<fc.Arbitrary<EventBody>[]>(
    fc.record({
      kind: fc.constant("run-started"),
      larder: anyText,
      method: fc.constantFrom("cri", "kubelet", "hybrid"),
      images: fc.array(listed, { maxLength: 8 }),
      parallel,
      timeoutMs: ms,
    }),
    fc.record({ kind: fc.constant("runtime-connected"), socket: anyText, runtime: anyText, runtimeVersion: anyText }),
    fc.record({ kind: fc.constant("runtime-waiting"), sockets: texts, message: anyText }),
    fc.record({ kind: fc.constant("pull-started"), ...pull, timeoutMs: ms }),
    fc.record({ kind: fc.constant("pull-started"), ...pull, timeoutMs: ms }),
    fc.record({ kind: fc.constant("pull-succeeded"), ...pull, durationMs: ms, sizeBytes: size, imageRef: anyText }),
    fc.record({ kind: fc.constant("pull-failed"), ...pull, durationMs: ms, permanent: fc.boolean(), ...failure }),
    fc.record({ kind: fc.constant("pull-delayed"), image, delayMs: ms, class: failureClass }),
    finished,
    fc.record({ kind: fc.constant("warning"), code: anyText, message: anyText }),
    fc.record({ kind: fc.constant("node-left"), message: anyText }),
    fc.record({
      kind: fc.constant("run-finished"),
      outcome: fc.constantFrom("stocked", "incomplete", "deadline", "unreachable", "interrupted"),
      durationMs: ms,
      pulled: attempt,
      present: attempt,
      failed: attempt,
    }),
  );
}

/** Streams of one to three runs on one to three nodes, mixed. */
export const arbitraryEvents: fc.Arbitrary<LarderEvent[]> = fc
  .array(anyText, { minLength: 1, maxLength: 8 })
  .chain((images) => {
    const head = fc.record({
      schema: fc.constant(EVENT_SCHEMA),
      run: fc.constantFrom("run-1", "run-2", "run-3"),
      node: fc.oneof({ weight: 4, arbitrary: fc.constant("worker-1") }, { weight: 1, arbitrary: anyText }),
      time: fc.nat({ max: 4_000_000 }).map((at) => new Date(1_700_000_000_000 + at).toISOString()),
    });
    return fc.array(
      fc.tuple(head, arbitraryBody(fc.constantFrom(...images))).map(([first, body]) => ({ ...first, ...body })),
      { maxLength: 60 },
    );
  });
