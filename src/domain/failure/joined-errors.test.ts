import { describe, expect, it } from "vitest";
import { attemptsOf } from "./joined-errors.ts";

describe("attemptsOf", () => {
  it.each([
    ["one error, with [brackets] of its own", [{ reported: "one error, with [brackets] of its own" }]],
    [
      'Failed to pull image "a": [rpc error: code = Unknown desc = x, y, rpc error: code = NotFound desc = z]',
      [{ reported: "rpc error: code = Unknown desc = x, y" }, { reported: "rpc error: code = NotFound desc = z]" }],
    ],
    [
      '[failed to pull and unpack image "a": x, Error response from daemon: y]',
      [{ reported: 'failed to pull and unpack image "a": x' }, { reported: "Error response from daemon: y]" }],
    ],
    ["2 errors occurred while pulling:\n * a: x\n * b: y", [{ reported: "a: x" }, { reported: "b: y" }]],
    ["1 error occurred:\n\t* a: x", [{ reported: "1 error occurred:\n\t* a: x" }]],
    ["pull image err: x; artifact err: y", [{ reported: "pull image err: x", asArtifact: "y" }]],
    ["src: (Mirrors also failed: [m1: x\nm2: y]): h: z", [{ reported: "src: h: z", mirrors: "m1: x\nm2: y" }]],
    [
      "(Mirrors also failed: [m: x]): h: z; artifact err: (Mirrors also failed: [m: x]): h: z",
      [{ reported: "h: z", mirrors: "m: x", asArtifact: "(Mirrors also failed: [m: x]): h: z" }],
    ],
    ["(Mirrors also failed: [never closed", [{ reported: "(Mirrors also failed: [never closed" }]],
    ["", [{ reported: "" }]],
  ])("%j", (message, attempts) => {
    expect(attemptsOf(message)).toEqual(attempts);
  });
});
