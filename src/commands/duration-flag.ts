import { parseDuration } from "#inputs/duration/duration.ts";

/** An option as @stricli/core describes it. */
interface DurationFlag {
  readonly kind: "parsed";
  readonly parse: (text: string) => number;
  readonly brief: string;
  readonly placeholder: "duration";
}

/** A duration in Go's notation, given to the command in ms. */
export function durationFlag(brief: string, defaultText: string): DurationFlag & { readonly default: string } {
  return { kind: "parsed", parse: durationOf, brief, default: defaultText, placeholder: "duration" };
}

/** The same, and longer than nothing. */
export function timeoutFlag(brief: string, defaultText: string): DurationFlag & { readonly default: string } {
  return { ...durationFlag(brief, defaultText), parse: positiveDurationOf };
}

/** Without a default. */
export function optionalTimeoutFlag(brief: string): DurationFlag & { readonly optional: true } {
  return { kind: "parsed", parse: positiveDurationOf, optional: true, brief, placeholder: "duration" };
}

function durationOf(text: string): number {
  const duration = parseDuration(text);
  if (!duration.ok) throw new SyntaxError(duration.error);
  return duration.value;
}

function positiveDurationOf(text: string): number {
  const ms = durationOf(text);
  if (ms <= 0) throw new SyntaxError(`"${text}" is no time at all: a timeout must be longer than 0`);
  return ms;
}
