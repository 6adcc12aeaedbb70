import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { reportOf, takeApart } from "../../../test/kit/report-of.ts";
import { sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { resultOf } from "../json/result.ts";
import { OUTCOMES, RESULTS } from "./page-data.ts";

const two = [...tell(sampleRun), ...tell(sampleMiddle, { node: "worker-2", run: "run-2" })];

describe("htmlDocument", () => {
  it("holds the data of all runs, each text once", async () => {
    const { data } = takeApart(await reportOf("html", two));
    expectGolden("html/data.json", `${JSON.stringify(data, null, 1)}\n`);
  });

  it("says the most telling without any script", async () => {
    expectGolden("html/shell.html", takeApart(await reportOf("html", two)).shell);
  });

  it("lets the page run its own script and style by their hashes, and load nothing", async () => {
    const html = await reportOf("html", two);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    const hashOf = (text: string | undefined): string =>
      `'sha256-${createHash("sha256")
        .update(text ?? "")
        .digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(/<script>([^]*?)<\/script>/.exec(html)?.[1])}`,
      `style-src ${hashOf(/<style>([^]*?)<\/style>/.exec(html)?.[1])}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/(?:src|href)="(?!data:)/g)).toBeNull();
  });

  it("lets no text of an image, a node or a registry become part of the page", async () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">';
    const events = tell(sampleRun, { node: evil }).map((event) =>
      "image" in event ? { ...event, image: evil, message: evil } : event,
    );
    const { shell, data } = takeApart(await reportOf("html", events));
    expect(shell).not.toMatch(/alert\(\d\)<|<img/);
    expect(shell).toContain("&lt;/script&gt;&lt;script&gt;alert(1)");
    expect(data.runs[0]?.node).toBe(evil);
  });

  it("holds what the result holds, whatever the events", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, async (events) => {
        const runs = emptyRuns();
        for (const event of events) foldEvent(runs, event);
        const { data } = takeApart(await reportOf("html", events));
        const textOf = (place: number | undefined): string | null => data.texts[place ?? -1] ?? null;
        const numberOf = (number: number | undefined): number | null => (number === -1 ? null : (number ?? null));
        for (const [index, run] of listRuns(runs).entries()) {
          const { images, outcome, durationMs, node } = resultOf(run);
          const page = data.runs[index];
          expect(page).toMatchObject({ outcome, durationMs, node });
          const { images: columns, attempts } = page ?? expect.fail();
          for (const [place, image] of images.entries()) {
            expect({
              image: textOf(columns.image[place]),
              outcome: OUTCOMES[columns.outcome[place] ?? -1],
              attempts: columns.attempts[place],
              durationMs: numberOf(columns.durationMs[place]),
              sizeBytes: numberOf(columns.sizeBytes[place]),
              class: FAILURE_CLASSES[columns.class[place] ?? -1] ?? null,
              message: textOf(columns.message[place]),
              advice: textOf(columns.advice[place]),
            }).toEqual({ ...image, names: undefined, credential: undefined });
          }
          const told = [...run.images.values()].flatMap((image) => image.attempts);
          expect(attempts.result.map((result) => RESULTS[result])).toEqual(told.map(({ result }) => result));
          expect(attempts.startMs).toEqual(told.map(({ startedMs }) => startedMs - run.startedMs));
        }
      }),
      { numRuns: 50 },
    );
  });
});
