import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../test/kit/arbitrary-events.ts";
import { formatDuration, formatElapsed } from "./duration.ts";
import { printable, quoted } from "./printable.ts";
import { formatSize } from "./size.ts";

describe("formatDuration", () => {
  it.each([
    [-5, "0 ms"],
    [0, "0 ms"],
    [340.4, "340 ms"],
    [999, "999 ms"],
    [999.6, "1.0 s"],
    [1_234, "1.2 s"],
    [59_949, "59.9 s"],
    [59_960, "1m"],
    [125_000, "2m5s"],
    [1_200_000, "20m"],
    [3_600_000, "1h"],
    [3_725_000, "1h2m5s"],
    [3_599_700, "1h"],
    [90_000_000, "25h"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("formatElapsed", () => {
  it.each([
    [-1, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1m"],
    [125_999, "2m5s"],
  ])("%d ms is %s", (ms, text) => expect(formatElapsed(ms)).toBe(text));
});

describe("formatSize", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [12.3 * 1024 ** 2, "12.3 MiB"],
    [1024 ** 2 - 1, "1.0 MiB"],
    [1.5 * 1024 ** 4, "1.5 TiB"],
    [2048 * 1024 ** 5, "2048.0 PiB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatSize(bytes)).toBe(text));
});

describe("printable", () => {
  it.each([
    ["plain words", "plain words"],
    ["\u001b[31mred\u001b[0m words", "red words"],
    ["a\u001b]0;window title\u0007b", "ab"],
    ["line one\r\n\tline two\n", "line one line two"],
    ["bell \u0007 and escape \u001b alone", "bell \\x07 and escape \\x1b alone"],
    ["\u202egnp.exe", "\\u{202e}gnp.exe"],
    ["zero\u200bwidth", "zero\\u{200b}width"],
    ["half \ud800 pair", "half \\u{d800} pair"],
    ["東京 é", "東京 é"],
    ["a\u2028b", "a b"],
  ])("makes %j harmless", (text, harmless) => expect(printable(text)).toBe(harmless));

  it("cuts a web page", () => {
    expect(printable("<p>".repeat(1_000))).toBe(`${"<p>".repeat(333)}<… (3000 characters)`);
  });

  it("does not cut a character in two", () => {
    expect(printable(`${"a".repeat(999)}😀`)).toBe(`${"a".repeat(999)}… (1001 characters)`);
  });

  it("leaves nothing in any text that could steer a terminal", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quoted(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("changes nothing when applied again", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});
