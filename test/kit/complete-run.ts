import { expect } from "vitest";
import type { LarderRun, ParsedEvent } from "./run-larder.ts";

/**
 * Whatever went wrong, the result is complete: it tells of every image of the list once, of the end of every pull that was
 * started, and its last word is the end of the run, with sums that agree.
 * @param images the list, without repetitions
 */
export function expectComplete(run: LarderRun, images: readonly string[]): void {
  const of = (kind: string) => run.events.filter((event) => event.kind === kind);
  const pull = (event: ParsedEvent): string => JSON.stringify([event["image"], event["attempt"]]);
  expect(run.stderr).toBe("");
  expect(of("run-started")).toHaveLength(1);
  expect(of("run-finished")).toHaveLength(1);
  expect(run.events.at(-1)?.kind).toBe("run-finished");
  const finished = of("image-finished");
  expect(finished.map((event) => event["image"]).toSorted()).toEqual(images.toSorted());
  const ended = [...of("pull-succeeded"), ...of("pull-failed")];
  expect(ended.map(pull).toSorted()).toEqual(of("pull-started").map(pull).toSorted());
  const count = (outcome: string): number => finished.filter((event) => event["outcome"] === outcome).length;
  const [pulled, present] = [count("pulled"), count("present")];
  expect(run.events.at(-1)).toMatchObject({ pulled, present, failed: images.length - pulled - present });
  for (const event of run.events) {
    if ("durationMs" in event) expect(event["durationMs"], JSON.stringify(event)).toBeGreaterThanOrEqual(0);
  }
}
