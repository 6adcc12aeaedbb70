import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../test/kit/arbitrary-events.ts";
import { printable } from "../wording/printable.ts";
import { paragraph } from "./paragraph.ts";

describe("paragraph", () => {
  it("breaks at spaces and indents what follows", () => {
    expect(paragraph("one two three four five six", 20, 2)).toEqual(["one two three four", "  five six"]);
    expect(paragraph("  one two three four five six", 20, 2)).toEqual(["  one two three four", "  five six"]);
  });

  it("breaks a word that no line holds, and loses nothing of it", () => {
    expect(paragraph(`see ${"x".repeat(30)} end`, 20, 2)).toEqual([
      "see",
      `  ${"x".repeat(18)}`,
      `  ${"x".repeat(12)} end`,
    ]);
  });

  it("keeps all characters of any text, in lines that fit", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 20, max: 60 }),
        fc.integer({ min: 0, max: 10 }),
        (any, columns, indent) => {
          const text = printable(any);
          const lines = paragraph(text, columns, indent);
          expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
          expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
