import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { countVerdicts, emptyVerdicts, foldVerdict, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { arbitraryVerdictLines } from "../../../test/kit/arbitrary-verdicts.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { tellVerdicts, verdict, verdictMiddle, verdictRun } from "../../../test/kit/sample-verdicts.ts";
import type { VerdictPresenter } from "../presenter.ts";
import { loadVerdictDocument } from "./document.ts";
import { verdictJsonPresenter, verdictNdjsonPresenter, verdictTextPresenter } from "./presenters.ts";
import { verdictsText } from "./text.ts";

function fold(lines: readonly VerdictLine[]): VerdictSet {
  const set = emptyVerdicts();
  for (const line of lines) foldVerdict(set, line);
  return set;
}

function present(lines: readonly VerdictLine[], open: (sink: CollectingSink) => VerdictPresenter): string {
  const sink = new CollectingSink();
  const presenter = open(sink);
  for (const line of lines) presenter.verdict(line);
  presenter.end();
  return sink.text;
}

async function documentOf(format: "json" | "junit" | "csv" | "html", lines: readonly VerdictLine[]): Promise<string> {
  return [...(await loadVerdictDocument(format))(fold(lines))].join("");
}

describe("verdictTextPresenter", () => {
  it("tells a run", () => expectGolden("verdicts/run.txt", present(tellVerdicts(verdictRun), verdictTextPresenter)));

  it("says what a stream that was cut does not tell", () => {
    expectGolden("verdicts/cut.txt", present(tellVerdicts(verdictMiddle), verdictTextPresenter));
  });

  it("is as long for hundreds of nodes as for one", () => {
    const nodes = Array.from({ length: 400 }, (_, index) => `worker-${index}`);
    const lines = nodes.flatMap((node) =>
      Array.from({ length: 20 }, (_, index) => {
        const image = `quay.io/acme/app-${index}:1`;
        const trouble = index === 3 ? ({ verdict: "refused", reason: "no record" } as const) : {};
        const away = node === "worker-7" ? ({ verdict: "unknown", reason: "the node is not ready" } as const) : {};
        return { kind: "verdict", ...verdict({ node, image, ...trouble, ...away }) } as const;
      }),
    );
    const text = present(tellVerdicts(lines.map((line) => [1, line])), verdictTextPresenter);
    expect(text.split("\n").map((line) => line.split(":")[0])).toEqual([
      "refused     quay.io/acme/app-3",
      "unknown     20 images (quay.io/acme/app-0",
      "summary     the stream ends before the run does after 0 ms",
      "",
    ]);
    expect(text).toContain("on 399 nodes (worker-0, worker-1, worker-2, worker-3, worker-4 and 394 more): no record");
  });

  it("tells of many groups only the first of each kind, and how many more there are", () => {
    const lines = Array.from({ length: 70 }, (_, index) => {
      const reason = `reason ${index}`;
      return { kind: "verdict", ...verdict({ node: "n", image: "a" + index, verdict: "absent", reason }) } as const;
    });
    const text = present(tellVerdicts(lines.map((line) => [1, line])), verdictTextPresenter);
    expect(text.match(/^absent /gm)).toHaveLength(50);
    expect(text).toContain("and 20 more like this: absent; --output json has all\n");
  });

  it("leaves nothing that could steer a terminal, and tells a saved stream as it told the run", () => {
    fc.assert(
      fc.property(arbitraryVerdictLines, (lines) => {
        const text = present(lines, verdictTextPresenter);
        expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const saved = [...verdictsText(fold(lines), false)].join("");
        expect(saved.split("\n").toSorted()).toEqual(text.split("\n").toSorted());
      }),
    );
  });
});

describe("other outputs of verdicts", () => {
  it("gives the stream itself", () => {
    const lines = tellVerdicts(verdictRun);
    const text = present(lines, verdictNdjsonPresenter);
    const read = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(read).toEqual(lines);
  });

  it("gives JSON of all verdicts and of every run", () => {
    expectGolden("verdicts/run.json", present(tellVerdicts(verdictRun), verdictJsonPresenter));
    fc.assert(
      fc.property(arbitraryVerdictLines, (lines) => {
        const set = fold(lines);
        const result = JSON.parse(present(lines, verdictJsonPresenter)) as Record<string, unknown>;
        expect(result["verdicts"]).toEqual(verdictsOf(set));
        expect(result["counts"]).toEqual(countVerdicts(verdictsOf(set)));
        expect(result["runs"]).toHaveLength(set.runs.size);
      }),
    );
  });

  it("gives JUnit that says the same to a reader of another make", async () => {
    expectGolden("verdicts/run.xml", await documentOf("junit", tellVerdicts(verdictRun)));
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@" });
    await fc.assert(
      fc.asyncProperty(arbitraryVerdictLines, async (lines) => {
        const xml = await documentOf("junit", lines);
        expect(XMLValidator.validate(xml)).toBe(true);
        const { testsuites } = parser.parse(xml) as { testsuites: Record<string, string> };
        const { served, unknown, unprotected: _unprotected, ...failed } = countVerdicts(verdictsOf(fold(lines)));
        const failures = failed.refused + failed.absent;
        expect(testsuites).toMatchObject({
          "@tests": `${served + failures + unknown}`,
          "@failures": `${failures}`,
          "@errors": `${unknown}`,
        });
        expect(xml.match(/<failure /g)?.length ?? 0).toBe(failures);
        expect(xml.match(/<error /g)?.length ?? 0).toBe(unknown);
      }),
      { numRuns: 50 },
    );
  });

  it("gives CSV with a row for each verdict, and free columns", async () => {
    expectGolden("verdicts/run.csv", await documentOf("csv", tellVerdicts(verdictRun)));
    const document = await loadVerdictDocument("csv", [{ name: "build_id", value: "1234" }]);
    await fc.assert(
      fc.asyncProperty(arbitraryVerdictLines, async (lines) => {
        const set = fold(lines);
        const rows = parse<Record<string, string>>([...document(set)].join(""), { columns: true });
        expect(rows.map(({ verdict: word }) => word)).toEqual(verdictsOf(set).map(({ verdict: word }) => word));
        for (const row of rows) expect(row["build_id"]).toBe("1234");
        for (const row of rows) expect(row["reason"]).not.toMatch(/^[=+@-]/);
      }),
      { numRuns: 50 },
    );
  });

  it("gives a page that loads and runs nothing", async () => {
    expectGolden("verdicts/run.html", await documentOf("html", tellVerdicts(verdictRun)));
    await fc.assert(
      fc.asyncProperty(arbitraryVerdictLines, async (lines) => {
        const html = await documentOf("html", lines);
        const tags = new Set(Array.from(html.matchAll(/<\/?([a-z0-9!]+)/gi), ([, name]) => name));
        for (const tag of ["script", "img", "link", "iframe", "a"]) expect(tags.has(tag)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("tells an empty stream", async () => {
    expect(present([], verdictTextPresenter)).toBe("summary     the stream holds no verdict\n");
    expect(JSON.parse(present([], verdictJsonPresenter))).toMatchObject({ runs: [], verdicts: [] });
    for (const format of ["junit", "csv", "html"] as const) expect(await documentOf(format, [])).not.toBe("");
  });
});
