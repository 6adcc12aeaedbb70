import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { readVerdicts } from "#inputs/verdict-stream/read-verdicts.ts";
import type { StreamKind } from "./read-sources.ts";

/** What `larder verify` writes. */
export const verdictStream: StreamKind<VerdictLine> = {
  read: readVerdicts,
  invalid: "VERDICT_INVALID",
  what: "verdict",
};
