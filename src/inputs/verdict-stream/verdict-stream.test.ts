import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { arbitraryVerdictLines } from "../../../test/kit/arbitrary-verdicts.ts";
import { sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { tellVerdicts, verdictRun } from "../../../test/kit/sample-verdicts.ts";
import { readVerdicts } from "./read-verdicts.ts";
import { parseVerdictLine } from "./verdict-line.ts";

const text = (lines: readonly VerdictLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<{ lines: VerdictLine[]; issues: string[] }> {
  const lines: VerdictLine[] = [];
  const issues: string[] = [];
  for await (const item of readVerdicts(
    "v.ndjson",
    chunks.map((chunk) => Buffer.from(chunk)),
  )) {
    if (item.ok) lines.push(item.value);
    else issues.push(formatIssue(item.error));
  }
  return { lines, issues };
}

describe("readVerdicts", () => {
  it("reads what was written, however its bytes are cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryVerdictLines, fc.integer({ min: 1, max: 50 }), async (lines, size) => {
        const bytes = Buffer.from(text(lines));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await read(...chunks)).toEqual({ lines, issues: [] });
      }),
      { numRuns: 30 },
    );
  });

  it("keeps what it does not know, and names what is wrong with its line", async () => {
    const [first, second] = tellVerdicts(verdictRun);
    const newer = { ...first, added: { later: true } };
    const event = tell(sampleRun)[0];
    const lines = [newer, "x", event, { ...first, kind: "melted" }, { ...second, code: 7 }];
    const wrong = lines.map((line) => (line === "x" ? "garbage\n" : `${JSON.stringify(line)}\n`));
    const left = "; it is left out; check that Larder wrote the file, and no newer version of it [VERDICT_INVALID]";
    expect(await read(...wrong)).toEqual({
      lines: [newer],
      issues: [
        `v.ndjson:2: the line is not JSON${left}`,
        `v.ndjson:3: the line has the schema "larder.dev/event/v1", and only "larder.dev/verdict/v1" is known${left}`,
        `v.ndjson:4: the line has the kind "melted", which is none that this version knows${left}`,
        `v.ndjson:5: the line has a wrong field "code" (Invalid input: expected string, received number)${left}`,
      ],
    });
  });

  it("uses what comes before the end of a stream that was cut anywhere", async () => {
    const lines = tellVerdicts(verdictRun).slice(0, 3);
    const whole = text(lines);
    for (let end = 1; end < whole.length; end += 7) {
      const complete = whole.slice(0, end + 1).split("\n").length - 1;
      const isCut = whole[end] !== "\n" && whole[end - 1] !== "\n";
      const result = await read(whole.slice(0, end));
      expect(result.lines).toEqual(lines.slice(0, complete));
      expect(result.issues.map((issue) => issue.slice(-"[VERDICT_STREAM_CUT]".length))).toEqual(
        isCut ? ["[VERDICT_STREAM_CUT]"] : [],
      );
    }
  });

  it.each([
    ["verdict", "verdict", "maybe"],
    ["verdict", "secret", undefined],
    ["verdict", "protection", "yes"],
    ["verdict", "cause", null],
    ["verdict", "class", "melted"],
    ["verdict", "kubelet", 7],
    ["run-started", "proofs", [{ image: "a" }]],
    ["run-finished", "outcome", "served"],
    ["run-finished", "unknown", -1],
  ])("is strict on known fields: %s with %s %j", (kind, key, value) => {
    const line = tellVerdicts(verdictRun).find((candidate) => candidate.kind === kind);
    expect(line).toBeDefined();
    expect(parseVerdictLine(JSON.stringify({ ...line, [key]: value }))).toMatchObject({ ok: false });
  });
});
