import { type ApiFailure, formatApiFailure } from "#domain/cluster/api-failure.ts";
import type { Change } from "#ports/kubernetes.ts";
import type { AwaitPorts } from "./await-stocks.ts";

/** Times in which the server cannot be reached. Several watches notice the same one, which is told once. */
export class Gaps {
  readonly #open = new Set<object>();
  readonly #warn: AwaitPorts["warn"];

  constructor(warn: AwaitPorts["warn"]) {
    this.#warn = warn;
  }

  /** @returns what looks at each change of one watch on its way */
  watch(): <T>(change: Change<T>) => Change<T> {
    const self = {};
    return (change) => {
      if (change.kind === "interrupted") this.#begin(self, change.failure);
      else this.#open.delete(self);
      return change;
    };
  }

  #begin(watch: object, failure: ApiFailure): void {
    const isKnown = this.#open.size > 0;
    this.#open.add(watch);
    if (!isKnown) this.#warn("API_INTERRUPTED", `${formatApiFailure(failure)}; it is asked again until it answers`);
  }
}
