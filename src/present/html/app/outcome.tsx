import type { JSX } from "preact";
import type { KnownImageOutcome } from "#domain/run/selectors.ts";
import { outcomeWords } from "../page/outcome-words.ts";

/** An outcome in words, with its colour beside it. */
export function Outcome({ outcome }: { readonly outcome: KnownImageOutcome }): JSX.Element {
  return (
    <span class="outcome">
      <span class={`swatch ${outcome}`} aria-hidden="true" />
      {outcomeWords[outcome]}
    </span>
  );
}
