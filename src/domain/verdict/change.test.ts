import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryVerdict } from "../../../test/kit/arbitrary-verdicts.ts";
import { verdict } from "../../../test/kit/sample-verdicts.ts";
import { changedVerdicts } from "./change.ts";
import { keyOf } from "./fold.ts";

describe("changedVerdicts", () => {
  it("tells what got another verdict, what is new and what is gone", () => {
    const before = [
      verdict({ node: "n", image: "same" }),
      verdict({ node: "n", image: "gone" }),
      verdict({ node: "n", image: "turned" }),
    ];
    const after = [
      verdict({ node: "n", image: "turned", verdict: "refused" }),
      verdict({ node: "n", image: "new" }),
      verdict({ node: "n", image: "same", reason: "in other words", kubelet: "Running" }),
    ];
    const told = changedVerdicts(before, after).map(
      (change) => `${change.image}: ${change.before?.verdict} → ${change.after?.verdict}`,
    );
    expect(told).toEqual(["turned: served → refused", "new: undefined → served", "gone: served → undefined"]);
  });

  it("tells a change of protection only if it was checked both times", () => {
    const all = (["protected", "unprotected", "not-checked"] as const).map((protection) =>
      verdict({ node: "n", image: "a", protection }),
    );
    const changes = all.flatMap((before) => all.map((after) => changedVerdicts([before], [after]).length));
    expect(changes).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
  });

  it("tells nothing of a set and itself, and the same number in both directions", () => {
    const sets = fc.uniqueArray(arbitraryVerdict, { selector: keyOf, maxLength: 12 });
    fc.assert(
      fc.property(sets, sets, (before, after) => {
        expect(changedVerdicts(before, before)).toEqual([]);
        expect(changedVerdicts(before, after)).toHaveLength(changedVerdicts(after, before).length);
        for (const change of changedVerdicts(before, after)) expect(change.before ?? change.after).not.toBeNull();
      }),
    );
  });
});
