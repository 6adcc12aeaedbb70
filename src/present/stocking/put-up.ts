import { formatCount } from "../wording/count.ts";

/** What was done to one object. */
export type DoneStep =
  | {
      readonly kind: "applied";
      readonly object: { readonly kind: string };
      readonly change: "created" | "changed" | "unchanged";
    }
  | { readonly kind: "removed" }
  | { readonly kind: "started-again"; readonly pods: number }
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
  const again = steps.reduce((sum, step) => sum + (step.kind === "started-again" ? step.pods : 0), 0);
  if (again > 0) told.push(`${formatCount(again, "pod")} without all images started again`);
  yield `Stock ${name}: ${told.length === 0 ? "nothing to change" : told.join(", ")}\n`;
}
