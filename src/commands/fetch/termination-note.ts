import type { InputError } from "#domain/issue.ts";
import type { LarderEvent, RunFinished } from "#domain/run/event.ts";
import {
  encodeTerminationMessage,
  encodeWrongInput,
  type TerminatedImage,
  type TerminatedRun,
} from "#domain/run/termination-message.ts";
import type { Files } from "#ports/files.ts";
import type { TextSink } from "#ports/terminal.ts";

/** What is written at the very end to the path of `--termination-message`, however the run ends. */
export interface TerminationNote {
  /** The images as they were asked for: the note names them by their index. */
  asked(images: readonly string[]): void;
  event(event: LarderEvent): void;
  wrongInput(error: InputError): void;
  /** Never throws: a run that did its work must not fail for its note, so that is a warning only. */
  write(): Promise<void>;
}

interface NotePorts {
  readonly files: Pick<Files, "openText">;
  readonly stderr: TextSink;
}

/** @param path undefined: nobody wants a note */
export function terminationNote(path: string | undefined, { files, stderr }: NotePorts): TerminationNote {
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
      const why = await writeText(path, text, files);
      if (why !== undefined) stderr.write(`larder: the termination message is not written: ${path} ${why}\n`);
    },
  };

  function runOf(): TerminatedRun {
    const { outcome = "unfinished", durationMs = 0 } = finish ?? {};
    const unfinished: TerminatedImage = { outcome: "unfinished" };
    return { outcome, durationMs, images: listed.map((name) => finished.get(name) ?? unfinished) };
  }
}

const nobodyWants: TerminationNote = { asked() {}, event() {}, wrongInput() {}, async write() {} };

/** As it is, not replaced: a kubelet mounts the very file. @returns why not, as a clause */
async function writeText(path: string, text: string, files: Pick<Files, "openText">): Promise<string | undefined> {
  const file = await files.openText(path, "stream");
  if (!file.ok) return file.error;
  file.value.write(text);
  const closed = await file.value.close();
  return closed.ok ? undefined : closed.error;
}
