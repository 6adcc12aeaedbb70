import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { parseEventLine } from "./event-line.ts";
import { readEvents } from "./read-events.ts";

function linesOf(events: readonly LarderEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

async function read(...chunks: (string | Uint8Array)[]): Promise<{ events: LarderEvent[]; issues: string[] }> {
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk));
  const events: LarderEvent[] = [];
  const issues: string[] = [];
  for await (const item of readEvents("events.ndjson", bytes)) {
    if (item.ok) events.push(item.value);
    else issues.push(formatIssue(item.error));
  }
  return { events, issues };
}

const warning = {
  schema: "larder.dev/event/v1",
  run: "r",
  node: "n",
  time: "2025-11-03T08:00:00.000Z",
  kind: "warning",
  code: "C",
  message: "m",
};

describe("parseEventLine", () => {
  it("reads what was written", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        for (const event of events) expect(parseEventLine(JSON.stringify(event))).toEqual({ ok: true, value: event });
      }),
    );
  });

  it("keeps fields that it does not know", () => {
    const newer = { ...warning, severity: 3, about: { file: "a" } };
    expect(parseEventLine(JSON.stringify(newer))).toEqual({ ok: true, value: newer });
  });

  it.each([
    ["", "is not JSON"],
    ['{"schema":"larder.dev/ev', "is not JSON"],
    ["null", "is not a JSON object"],
    ["[]", "is not a JSON object"],
    ["{}", 'has no schema, and only "larder.dev/event/v1" is known'],
    [
      JSON.stringify({ ...warning, schema: "larder.dev/event/v2" }),
      'has the schema "larder.dev/event/v2", and only "larder.dev/event/v1" is known',
    ],
    [JSON.stringify({ ...warning, kind: "melted" }), 'has the kind "melted", which is none that this version knows'],
    [JSON.stringify({ ...warning, kind: 7 }), "has the kind 7, which is none that this version knows"],
    [
      JSON.stringify({ ...warning, message: 7 }),
      'has a wrong field "message" (Invalid input: expected string, received number)',
    ],
    [JSON.stringify({ ...warning, time: "yesterday" }), 'has a wrong field "time" (Invalid ISO datetime)'],
    [
      JSON.stringify({ ...warning, time: "2025-11-03T08:00:00.000+01:00" }),
      'has a wrong field "time" (Invalid ISO datetime)',
    ],
  ])("says what is wrong with %j", (text, problem) => {
    expect(parseEventLine(text)).toMatchObject({ ok: false, error: { problem } });
  });

  it.each([
    ["image-finished", "outcome", "melted"],
    ["image-finished", "class", null],
    ["image-finished", "names", []],
    ["pull-failed", "class", "melted"],
    ["pull-failed", "permanent", "yes"],
    ["pull-started", "attempt", 0],
    ["pull-started", "credential", undefined],
    ["pull-succeeded", "sizeBytes", -1],
    ["pull-succeeded", "durationMs", 1.5],
    ["run-started", "images", [{ image: "a" }]],
    ["run-finished", "outcome", "present"],
  ])("is strict on known fields: %s with %s %j", (kind, key, value) => {
    const event = tell(sampleRun).find((candidate) => candidate.kind === kind);
    expect(event).toBeDefined();
    expect(parseEventLine(JSON.stringify({ ...event, [key]: value }))).toMatchObject({
      ok: false,
      error: { code: "NOT_A_LINE" },
    });
  });
});

describe("readEvents", () => {
  it("reads a stream, however its bytes are cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, fc.integer({ min: 1, max: 50 }), async (events, size) => {
        const bytes = new TextEncoder().encode(linesOf(events));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await read(...chunks)).toEqual({ events, issues: [] });
      }),
      { numRuns: 30 },
    );
  });

  it("takes CRLF, a byte order mark, blank lines and a missing last line end", async () => {
    const events = tell(sampleRun);
    const text = linesOf(events).replaceAll("\n", "\r\n\r\n").trimEnd();
    expect(await read(`\ufeff${text}`)).toEqual({ events, issues: [] });
  });

  it("gives all events before the cut, and one issue, wherever a stream is cut", async () => {
    const events = tell(sampleRun.slice(0, 4));
    const text = linesOf(events);
    for (let end = 0; end <= text.length; end += 1) {
      const whole = text.slice(0, end + 1).split("\n").length - 1;
      const isCut = end > 0 && text[end] !== "\n" && text[end - 1] !== "\n";
      const { events: some, issues } = await read(text.slice(0, end));
      expect(some).toEqual(events.slice(0, whole));
      expect(issues).toEqual(
        isCut
          ? [
              `events.ndjson:${whole + 1}: the stream ends in the middle of a line; what comes before is used; the run may have done more than that [EVENT_STREAM_CUT]`,
            ]
          : [],
      );
    }
  });

  it("names the line of garbage and reads on", async () => {
    const [first, second] = tell(sampleRun).map((event) => JSON.stringify(event));
    const { events, issues } = await read(`${first}\ngarbage\n\n${second}\n{"kind":"warning"}`);
    expect(events).toHaveLength(2);
    expect(issues).toEqual([
      "events.ndjson:2: the line is not JSON; it is left out; check that Larder wrote the file, and no newer version of it [EVENT_INVALID]",
      'events.ndjson:5: the line has no schema, and only "larder.dev/event/v1" is known; it is left out; check that Larder wrote the file, and no newer version of it [EVENT_INVALID]',
    ]);
  });

  it("survives bytes that are no text", async () => {
    const { events, issues } = await read(Uint8Array.of(0xff, 0xfe, 0x00, 0x0a), linesOf(tell(sampleRun)));
    expect(events).toHaveLength(sampleRun.length);
    expect(issues).toHaveLength(1);
  });
});
