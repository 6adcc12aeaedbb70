import type { ImageReference } from "../image/reference.ts";
import type { Offer } from "./credential.ts";

/** What a node would offer for an image, as far as it is known from files and plugins. */
export interface ImageOffers {
  readonly reference: ImageReference;
  /** In the order in which they are tried. */
  readonly offers: readonly Offer[];
  /** What a node cannot use, and what was asked in vain: sentences. */
  readonly warnings: readonly string[];
}
