import * as fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { reportOf } from "../../../test/kit/report-of.ts";
import { finished, sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { xmlAttributes, xmlText } from "./xml.ts";

interface Case {
  readonly "@name": string;
  readonly "@classname": string;
  readonly "@time": string;
  readonly failure?: { readonly "@type": string; readonly "@message": string; readonly "#text": string };
  readonly error?: { readonly "@type": string; readonly "@message": string };
  readonly "system-out"?: string;
}

interface Suite {
  readonly "@name": string;
  readonly "@tests": string;
  readonly "@failures": string;
  readonly "@errors": string;
  readonly testcase: readonly Case[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => name === "testsuite" || name === "testcase",
});

/** By a reader of another make. */
function read(xml: string): { tests: string; suites: readonly Suite[] } {
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuites } = parser.parse(xml) as { testsuites: { "@tests": string; testsuite?: Suite[] } };
  return { tests: testsuites["@tests"], suites: testsuites.testsuite ?? [] };
}

async function casesOf(events: readonly LarderEvent[]): Promise<readonly Case[]> {
  return read(await reportOf("junit", events)).suites.flatMap(({ testcase }) => testcase);
}

describe("junitDocument", () => {
  it("has a suite for each run and a case for each image", async () => {
    expectGolden("junit/run.xml", await reportOf("junit", tell(sampleRun)));
  });

  it("fails what cannot be had, and has an error with the reason for what was not done", async () => {
    const cases = await casesOf(tell(sampleRun));
    const verdicts = cases.map(({ failure, error }) => failure?.["@type"] ?? error?.["@type"] ?? "passed");
    expect(verdicts).toEqual(["passed", "passed", "passed", "not-found", "deadline", "passed"]);
    expect(cases[3]?.failure?.["@message"]).toMatch(/^not-found: rpc error/);
    expect(cases[3]?.failure?.["#text"]).toContain("Check the spelling of the image");
    expect(cases[4]?.error?.["@message"]).toMatch(
      /^not done when the deadline of the run passed: rate-limited: rpc error/,
    );
  });

  it("gives the reason of every other outcome", async () => {
    const end = (outcome: "interrupted" | "halted") =>
      finished(`${outcome}:1`, { outcome, attempts: 0, durationMs: 5, sizeBytes: null });
    const cases = await casesOf([
      ...tell(sampleMiddle),
      ...tell([
        [9_500, end("interrupted")],
        [9_500, end("halted")],
      ]),
    ]);
    const messages = Object.fromEntries(cases.map((one) => [one["@name"].slice(0, 4), one.error?.["@message"]]));
    expect(messages["inte"]).toBe("not done when the run was interrupted");
    expect(messages["halt"]).toBe("not started, since the run had stopped starting pulls");
    expect(messages["ghcr"]).toBe("the event stream ends before it says what became of the image");
  });

  it("names suites by node, and by run where a node has several; a dot in a name makes no package", async () => {
    const node = "ip-10-0-0-1.ec2.internal";
    const two = [...tell(sampleRun, { node, run: "a" }), ...tell(sampleRun, { node, run: "b" })];
    const { suites } = read(await reportOf("junit", [...two, ...tell(sampleRun)]));
    expect(suites.map((suite) => suite["@name"])).toEqual([`${node} (a)`, `${node} (b)`, "worker-1"]);
    expect(suites[0]?.testcase[0]?.["@classname"]).toBe("larder.ip-10-0-0-1_ec2_internal (a)");
  });

  it("is read back with the same names and counts, whatever the events", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, async (events) => {
        const { tests, suites } = read(await reportOf("junit", events));
        expect(Number(tests)).toBe(suites.reduce((sum, suite) => sum + Number(suite["@tests"]), 0));
        for (const suite of suites) {
          const cases = suite.testcase ?? [];
          expect(cases).toHaveLength(Number(suite["@tests"]));
          expect(cases.filter(({ failure }) => failure)).toHaveLength(Number(suite["@failures"]));
          expect(cases.filter(({ error }) => error)).toHaveLength(Number(suite["@errors"]));
          for (const one of cases) expect(one["@time"]).toMatch(/^\d+\.\d{3}$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("XML text", () => {
  it.each([
    ["a < b & c > d", "a &lt; b &amp; c &gt; d"],
    ["\u001b[31mred\u0000", "\\x1b[31mred\\x00"],
    ["half \ud800 pair \uffff", "half \\u{d800} pair \\u{ffff}"],
    ["tab\tand\r\nline", "tab\tand&#13;\nline"],
    ["]]>", "]]&gt;"],
    ["😀", "😀"],
  ])("writes %j as %j", (text, written) => expect(xmlText(text)).toBe(written));

  it("keeps white space and quotation marks in attributes", () => {
    expect(xmlAttributes({ a: 'x "y"\t\n', b: 3, c: undefined })).toBe(' a="x &quot;y&quot;&#9;&#10;" b="3"');
  });
});
