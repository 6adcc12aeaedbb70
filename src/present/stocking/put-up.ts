import { formatCount } from "../wording/count.ts";

/** What was done to one object. */
export type DoneStep =
  | {
      readonly kind: "applied";
      readonly object: { readonly kind: string };
      readonly change: "created" | "changed" | "unchanged";
    }
  | { readonly kind: "removed" }
  | { readonly kind: "namespace-terminating" };

/** What `up` did, as one line; also where it was stopped half way. */
export function* putUpLines({ name }: { readonly name: string }, steps: readonly DoneStep[]): Generator<string> {
  const count = (change: string): number =>
    steps.filter((step) => step.kind === "applied" && step.change === change).length;
  const removed = steps.filter(({ kind }) => kind === "removed").length;
  const parts = [
    [count("created"), "created"],
    [count("changed"), "changed"],
    [removed, "removed"],
  ] as const;
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${formatCount(number, "object")} ${word}`);
  yield `Stock ${name}: ${told.length === 0 ? "nothing to change" : told.join(", ")}\n`;
}
