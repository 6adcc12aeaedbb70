import { expect, test } from "vitest";
import { parseChallenges } from "./challenge.ts";

test.each([
  [undefined, []],
  ["", []],
  ["Basic", [{ scheme: "basic", parameters: {} }]],
  ['Bearer realm="open', [{ scheme: "bearer", parameters: {} }]],
  ["Negotiate realm=x", []],
  ['Basic realm="Registry, private"', [{ scheme: "basic", parameters: { realm: "Registry, private" } }]],
  [
    'Bearer realm="http://127.0.0.1:1/token?a=b",service="registry",scope="repository:a/b:pull"',
    [
      {
        scheme: "bearer",
        parameters: { realm: "http://127.0.0.1:1/token?a=b", service: "registry", scope: "repository:a/b:pull" },
      },
    ],
  ],
  [
    'basic realm=x, BEARER realm="http://a/t", error="insufficient_scope"',
    [
      { scheme: "bearer", parameters: { realm: "http://a/t", error: "insufficient_scope" } },
      { scheme: "basic", parameters: { realm: "x" } },
    ],
  ],
])("%s", (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges);
});
