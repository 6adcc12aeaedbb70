/** Writes PageData from what is known of runs: a column for each fact, and each text once. */
import { FAILURE_CLASSES, type FailureClass } from "#domain/failure/failure-class.ts";
import type { RunRecord } from "#domain/run/run-record.ts";
import { resultOf } from "../json/result.ts";
import { type AttemptColumns, OUTCOMES, RESULTS, type RunData, UNKNOWN } from "./page-data.ts";

/** The JSON text of PageData, piece by piece; the texts come last, when all are known. */
export function* pageDataText(runs: readonly RunRecord[]): Generator<string> {
  const texts = new TextIndex();
  yield '{"runs":[';
  for (const [index, run] of runs.entries()) yield `${index === 0 ? "" : ","}${JSON.stringify(runData(run, texts))}`;
  yield '],"texts":[';
  for (const [index, text] of texts.all().entries()) yield `${index === 0 ? "" : ","}${JSON.stringify(text)}`;
  yield "]}";
}

class TextIndex {
  readonly #places = new Map<string, number>();

  placeOf(text: string | null): number {
    if (text === null) return UNKNOWN;
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }

  all(): readonly string[] {
    return [...this.#places.keys()];
  }
}

function runData(run: RunRecord, texts: TextIndex): RunData {
  const { runtime } = run;
  const { outcome, durationMs, images } = resultOf(run);
  return {
    run: run.run,
    node: run.node,
    outcome,
    larder: run.larder,
    runtime: runtime.kind === "connected" ? `${runtime.name} ${runtime.version}` : null,
    startedMs: run.startedMs,
    durationMs,
    warnings: run.warnings.map(({ message }) => message),
    images: {
      image: images.map(({ image }) => texts.placeOf(image)),
      outcome: images.map((image) => OUTCOMES.indexOf(image.outcome)),
      attempts: images.map(({ attempts }) => attempts),
      durationMs: images.map((image) => image.durationMs ?? UNKNOWN),
      sizeBytes: images.map(({ sizeBytes }) => sizeBytes ?? UNKNOWN),
      class: images.map((image) => placeOfClass(image.class)),
      message: images.map(({ message }) => texts.placeOf(message)),
      advice: images.map(({ advice }) => texts.placeOf(advice)),
      spellings: spellingsOf(images, texts),
    },
    attempts: attemptColumns(run, texts),
  };
}

function spellingsOf(
  images: readonly { readonly image: string; readonly names: readonly string[] }[],
  texts: TextIndex,
): number[][] {
  return images.flatMap(({ image, names }, place) => {
    const others = names.filter((name) => name !== image);
    return others.length > 0 ? [[place, ...others.map((name) => texts.placeOf(name))]] : [];
  });
}

/** Filled in one pass, since 5,000 nodes have half a million attempts. */
function attemptColumns(run: RunRecord, texts: TextIndex): AttemptColumns {
  const columns = {
    image: new Array<number>(),
    attempt: new Array<number>(),
    startMs: new Array<number>(),
    durationMs: new Array<number>(),
    result: new Array<number>(),
    class: new Array<number>(),
    message: new Array<number>(),
    credential: new Array<number>(),
  } satisfies AttemptColumns;
  let place = 0;
  for (const { attempts } of run.images.values()) {
    for (const attempt of attempts) {
      columns.image.push(place);
      columns.attempt.push(attempt.attempt);
      columns.startMs.push(attempt.startedMs - run.startedMs);
      columns.durationMs.push(attempt.durationMs ?? UNKNOWN);
      columns.result.push(RESULTS.indexOf(attempt.result));
      columns.class.push(placeOfClass(attempt.class));
      columns.message.push(texts.placeOf(attempt.message));
      columns.credential.push(texts.placeOf(attempt.credential));
    }
    place += 1;
  }
  return columns;
}

function placeOfClass(failureClass: FailureClass | null): number {
  return failureClass === null ? UNKNOWN : FAILURE_CLASSES.indexOf(failureClass);
}
