import type { NoManifest, UnreachableCause } from "#ports/registry.ts";

/** Ends a question from any depth; it never leaves this folder. */
export class Unanswered extends Error {
  readonly answer: NoManifest;

  constructor(answer: NoManifest) {
    super(answer.kind);
    this.answer = answer;
  }
}

export function unreachable(cause: UnreachableCause, reason: string): Unanswered {
  return new Unanswered({ kind: "unreachable", cause, reason });
}
