import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSV_COLUMNS } from "#domain/report/report-request.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { anyText, arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { reportOf } from "../../../test/kit/report-of.ts";
import { sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";

/** By a reader of another make. */
function read(csv: string): Record<string, string>[] {
  return parse(csv, { columns: true });
}

function attemptsOf(events: readonly LarderEvent[]): number {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  const images = listRuns(runs).flatMap((run) => [...run.images.values()]);
  return images.reduce((sum, image) => sum + image.attempts.length, 0);
}

describe("csvTable", () => {
  it("has the columns of the contract, a row for each attempt, and the free columns behind", async () => {
    const columns = [
      { name: "build_id", value: "1234" },
      { name: "job_name", value: 'e2e, "nightly"' },
    ];
    expectGolden("csv/run.csv", await reportOf("csv", tell(sampleRun), columns));
  });

  it("says of an attempt that the stream does not end, and has no row for what was there already", async () => {
    const rows = read(await reportOf("csv", tell(sampleMiddle)));
    const running = rows.filter(({ image }) => image === "ghcr.io/acme/tool:latest");
    expect(running).toMatchObject([{ duration_ms: "", error: "the stream does not say how the attempt ended" }]);
    expect(rows.filter(({ image }) => image?.startsWith("busybox"))).toEqual([]);
  });

  it("gives the columns alone for no event", async () => {
    expect(await reportOf("csv", [])).toBe(`${CSV_COLUMNS.join(",")}\n`);
  });

  it("is read back by another reader as it was written, whatever the events", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, anyText, async (events, value) => {
        const text = await reportOf("csv", events, [{ name: "free", value }]);
        const rows = read(text);
        expect(rows).toHaveLength(attemptsOf(events));
        expect(new Set(rows.map((row) => row["attempt_id"])).size).toBe(rows.length);
        expect(new Set(rows.map((row) => row["free"])).size).toBeLessThanOrEqual(1);
        expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      }),
    );
  });

  it("gives no spreadsheet a formula that came from outside, and leaves free columns alone", async () => {
    const events = tell(sampleRun).map((event) =>
      event.kind === "pull-failed" ? { ...event, message: '=HYPERLINK("http://r.test","look")' } : event,
    );
    const rows = read(await reportOf("csv", events, [{ name: "change", value: "-5" }]));
    const errors = rows.map((row) => row["error"]).filter((error) => error !== "");
    expect(new Set(errors)).toEqual(
      new Set([`'=HYPERLINK("http://r.test","look")`, "the stream does not say how the attempt ended"]),
    );
    expect(new Set(rows.map((row) => row["change"]))).toEqual(new Set(["-5"]));
  });
});
