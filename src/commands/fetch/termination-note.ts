import type { InputError } from "#domain/issue.ts";
import type { LarderEvent, RunFinished } from "#domain/run/event.ts";
import {
  encodeTerminationMessage,
  encodeWrongInput,
  type TerminatedImage,
  type TerminatedRun,
} from "#domain/run/termination-message.ts";
import { type TerminationPorts, writeTerminationMessage } from "../termination-message.ts";

/** What is written at the very end to the path of `--termination-message`, however the run ends. */
export interface TerminationNote {
  /** The images as they were asked for: the note names them by their index. */
  asked(images: readonly string[]): void;
  event(event: LarderEvent): void;
  wrongInput(error: InputError): void;
  /** Never throws: a run that did its work must not fail for its note, so that is a warning only. */
  write(): Promise<void>;
}

/** @param path undefined: nobody wants a note */
export function terminationNote(path: string | undefined, { files, stderr }: TerminationPorts): TerminationNote {
  if (path === undefined) return nobodyWants;
  let listed: readonly string[] = [];
  let finish: RunFinished | undefined;
  let problem: string | undefined;
  const finished = new Map<string, TerminatedImage>();
  return {
    asked(images) {
      listed = images;
    },
    event(event) {
      if (event.kind === "run-finished") finish = event;
      if (event.kind !== "image-finished") return;
      const { outcome, class: failureClass, message } = event;
      const isGood = outcome === "pulled" || outcome === "present";
      const why = { ...(failureClass && { class: failureClass }), ...(message !== undefined && { message }) };
      for (const name of event.names) finished.set(name, isGood ? { outcome } : { outcome, ...why });
    },
    wrongInput(error) {
      problem = error.message;
    },
    async write() {
      const text = problem === undefined ? encodeTerminationMessage(runOf()) : encodeWrongInput(problem);
      await writeTerminationMessage(path, text, { files, stderr });
    },
  };

  function runOf(): TerminatedRun {
    const { outcome = "unfinished", durationMs = 0 } = finish ?? {};
    const unfinished: TerminatedImage = { outcome: "unfinished" };
    return { outcome, durationMs, images: listed.map((name) => finished.get(name) ?? unfinished) };
  }
}

const nobodyWants: TerminationNote = { asked() {}, event() {}, wrongInput() {}, async write() {} };
