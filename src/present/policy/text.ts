import type { Judgement, UsablePolicy } from "#domain/policy/judgement.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { named } from "../wording/named.ts";
import { printable } from "../wording/printable.ts";
import { paint, type Tone } from "../wording/tone.ts";

const WORD_WIDTH = "IfNotPresent".length + 2;

/** Registries first, then the images that cannot have `Never`, those with the same reason in one line. */
export function policiesText({ registries, images }: Policies, colour: boolean): string {
  const lines = Array.from(registries, ([registry, judgement]) => line(registry, judgement, colour));
  const groups = new Map<string, Judgement & { readonly names: string[] }>();
  for (const { image, policy, reason } of images) {
    if (policy === "Never") continue;
    const key = `${policy}\n${reason}`;
    const group = groups.get(key);
    if (group) group.names.push(printable(image));
    else groups.set(key, { policy, reason, names: [printable(image)] });
  }
  const others = Array.from(groups.values(), (group) => line(named(group.names, "image"), group, colour));
  return [...lines, ...(others.length > 0 ? ["", ...others] : []), ""].join("\n");
}

function line(what: string, { policy, reason }: Judgement, colour: boolean): string {
  const word = policy ?? "none";
  const gap = " ".repeat(WORD_WIDTH - word.length);
  return `${paint(word, toneOf(policy), colour)}${gap}${printable(what)}: ${printable(reason)}`;
}

function toneOf(policy: UsablePolicy): Tone {
  if (policy === null) return "bad";
  return policy === "Never" ? "good" : "odd";
}
