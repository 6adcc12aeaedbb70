import type { Proof } from "#domain/proving/plan.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";

export interface VerdictBook {
  give(proof: Proof, verdict: Verdict): void;
  has(proof: Proof): boolean;
  latest(proof: Proof): Verdict | undefined;
  isWithheld(proof: Proof): boolean;
  all(): readonly Verdict[];
}

/** Keeps the last verdict on each proof, and gives those that say something new. */
export function verdictBook(give: (verdict: Verdict) => void): VerdictBook {
  const latest = new Map<Proof, Verdict>();
  return {
    give(proof, verdict) {
      const before = latest.get(proof);
      const isSame = before?.verdict === verdict.verdict && before.protection === verdict.protection;
      if (isSame && before.reason === verdict.reason) return;
      latest.set(proof, verdict);
      give(verdict);
    },
    has: (proof) => latest.has(proof),
    latest: (proof) => latest.get(proof),
    isWithheld: (proof) => ["refused", "absent"].includes(latest.get(proof)?.verdict ?? ""),
    all: () => [...latest.values()],
  };
}
