import type { FailureClass } from "./failure-class.ts";
import type { FailureText } from "./failure-text.ts";

/** One thing that a failure can mean, and how to recognise it. */
export interface Rule {
  /** Shown to people (`larder explain error`), so it says what happened: `no-space-left`. */
  readonly name: string;
  readonly class: FailureClass;
  /** Trying again without a change by somebody cannot help. */
  readonly permanent: boolean;
  /** What to do about it: one sentence with a full stop. */
  readonly advice: string;
  /** Where the words come from: recorded texts (`e013` of data/cri_errors.json) and source files of the programs that write them. */
  readonly source: string;
  /** A pattern for the lower-case, masked text, or a question that needs more than one look. Linear in the length of the text. */
  readonly matches: RegExp | ((seen: FailureText) => boolean);
}

export function ruleMatches(rule: Rule, seen: FailureText): boolean {
  return typeof rule.matches === "function" ? rule.matches(seen) : rule.matches.test(seen.text);
}
