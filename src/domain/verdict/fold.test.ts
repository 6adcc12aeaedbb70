import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryVerdictLines } from "../../../test/kit/arbitrary-verdicts.ts";
import { tellVerdicts, verdict, verdictMiddle, verdictRun } from "../../../test/kit/sample-verdicts.ts";
import { countVerdicts, emptyVerdicts, foldVerdict, isWhole, keyOf, type VerdictSet, verdictsOf } from "./fold.ts";
import type { Verdict, VerdictLine } from "./verdict.ts";

function fold(lines: readonly VerdictLine[]): VerdictSet {
  const set = emptyVerdicts();
  for (const line of lines) foldVerdict(set, line);
  return set;
}

const at = (seconds: number, given: Verdict): VerdictLine[] =>
  tellVerdicts([[seconds * 1_000, { kind: "verdict", ...given }]]);

describe("foldVerdict", () => {
  it("keeps the latest verdict of each node, image and secret", () => {
    const all = verdictsOf(fold(tellVerdicts(verdictRun)));
    expect(countVerdicts(all)).toEqual({ served: 6, refused: 0, absent: 1, unknown: 4, unprotected: 1 });
    expect(all.find(({ image, node }) => image.includes("twin") && node === "worker-1")).toMatchObject({
      verdict: "served",
      reason: "adopted, then served",
    });
  });

  it("lets the time of a verdict decide, not its place; at the same moment the one that is told later counts", () => {
    const served = verdict({ node: "n", image: "a" });
    const refused = verdict({ node: "n", image: "a", verdict: "refused" });
    expect(verdictsOf(fold([...at(2, served), ...at(1, refused)]))).toEqual([served]);
    expect(verdictsOf(fold([...at(2, served), ...at(2, refused)]))).toEqual([refused]);
  });

  it("holds apart what differs in node, image or secret", () => {
    const some = [
      verdict({ node: "n", image: "a" }),
      verdict({ node: "m", image: "a" }),
      verdict({ node: "n", image: "b" }),
      verdict({ node: "n", image: "a", secret: "ci/quay" }),
    ];
    expect(verdictsOf(fold(some.flatMap((one) => at(1, one))))).toEqual(some);
  });

  it("makes what was planned and never told unknown, on the nodes that it was planned for", () => {
    const set = fold(tellVerdicts(verdictMiddle));
    expect(isWhole(set)).toBe(false);
    const untold = verdictsOf(set).filter(({ reason }) => reason === "the stream ends before it says");
    expect(untold.map(({ node, image, verdict: word }) => `${node} ${image} ${word}`)).toEqual([
      "worker-3 quay.io/acme/twin:1 unknown",
      "worker-2 ghcr.io/acme/tool:2 unknown",
      "worker-3 ghcr.io/acme/tool:2 unknown",
    ]);
    expect(isWhole(fold(tellVerdicts(verdictRun)))).toBe(true);
  });

  it("gives one verdict for each subject, whatever the stream", () => {
    fc.assert(
      fc.property(arbitraryVerdictLines, (lines) => {
        const all = verdictsOf(fold(lines));
        const keys = new Set(all.map(keyOf));
        expect(keys.size).toBe(all.length);
        for (const line of lines) if (line.kind === "verdict") expect(keys.has(keyOf(line))).toBe(true);
        const { unprotected: _unprotected, ...words } = countVerdicts(all);
        expect(Object.values(words).reduce((sum, count) => sum + count, 0)).toBe(all.length);
      }),
    );
  });

  it("gives the same verdicts if a stream is told twice", () => {
    fc.assert(
      fc.property(arbitraryVerdictLines, (lines) => {
        expect(verdictsOf(fold([...lines, ...lines]))).toEqual(verdictsOf(fold(lines)));
      }),
    );
  });
});
