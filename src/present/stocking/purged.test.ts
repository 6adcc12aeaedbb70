import { expect, it } from "vitest";
import type { Removal } from "#domain/removing/removal.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { purgedText } from "./purged.ts";

it("tells for each outcome how many images on how many nodes, and names what is left", () => {
  const text = purgedText(
    {
      answers: new Map<string, Result<readonly Removal[], string>>([
        [
          "a",
          ok([
            { image: "x:1", outcome: "removed" },
            { image: "y:1", outcome: "in-use" },
          ]),
        ],
        [
          "b",
          ok([
            { image: "x:1", outcome: "removed" },
            { image: "y:1", outcome: "absent" },
          ]),
        ],
        ["c", ok([{ image: "x:1", outcome: "failed", message: "device busy" }])],
        ["d", fail("no container runtime answers")],
      ]),
      silent: new Map([["e", "its agent never started"]]),
    },
    2,
  );
  expect(text.split("\n")).toEqual([
    "  1 image on 2 nodes removed",
    "  1 image on 1 node not there",
    "  1 image on 1 node in use, and left: y:1 on a",
    "  1 image on 1 node not removed: x:1 on c: device busy",
    "  nothing removed on d: no container runtime answers",
    "  no answer from e: its agent never started",
    "  2 images kept for other Stocks",
    "",
  ]);
});
