import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { httpStatusOf } from "./http-status.ts";

const answers: readonly [number, string, string][] = [
  [400, "Bad Request", "unknown"],
  [401, "Unauthorized", "unauthorized, permanent"],
  [402, "Payment Required", "forbidden, permanent"],
  [403, "Forbidden", "forbidden, permanent"],
  [404, "Not Found", "not-found, permanent"],
  [405, "Method Not Allowed", "unknown"],
  [406, "Not Acceptable", "unsupported-manifest, permanent"],
  [407, "Proxy Authentication Required", "registry-unavailable, permanent"],
  [408, "Request Timeout", "timeout"],
  [409, "Conflict", "unknown"],
  [410, "Gone", "not-found, permanent"],
  [412, "Precondition Failed", "signature-policy, permanent"],
  [415, "Unsupported Media Type", "unsupported-manifest, permanent"],
  [416, "Requested Range Not Satisfiable", "unknown"],
  [429, "Too Many Requests", "rate-limited"],
  [451, "Unavailable For Legal Reasons", "forbidden, permanent"],
  [500, "Internal Server Error", "registry-unavailable"],
  [501, "Not Implemented", "registry-unavailable"],
  [502, "Bad Gateway", "registry-unavailable"],
  [503, "Service Unavailable", "registry-unavailable"],
  [504, "Gateway Timeout", "registry-unavailable"],
  [507, "Insufficient Storage", "registry-unavailable"],
  [520, "", "registry-unavailable"],
];

/** How each program words a failed answer. */
const wordings: Readonly<Record<string, (status: number, phrase: string) => string>> = {
  "containerd 1.6, resolving": (status, phrase) =>
    `failed to resolve reference "h/a:v1": pulling from host h failed with status code [manifests v1]: ${status} ${phrase}`,
  "containerd 1.6, fetching": (status, phrase) =>
    `failed to copy: httpReadSeeker: failed open: unexpected status code https://h/v2/a/blobs/sha256:ab: ${status} ${phrase}`,
  "containerd 1.6, token": (status, phrase) =>
    `failed to authorize: failed to fetch anonymous token: unexpected status: ${status} ${phrase}`,
  "containerd 2": (status, phrase) =>
    `failed to resolve image: unexpected status from HEAD request to https://h:443/v2/a/manifests/v1?ns=x: ${status} ${phrase}`,
  "containers-image, status only": (status, phrase) => `reading manifest v1 in h/a: StatusCode: ${status}, "${phrase}"`,
  "containers-image, unexpected": (status, phrase) =>
    `fetching blob: received unexpected HTTP status: ${status} ${phrase}`,
  "containers-image, older": (status, phrase) => `invalid status code from registry ${status} (${phrase})`,
  "containers-image, oldest": (status) => `Invalid status code returned when fetching blob ${status}`,
  "moby, web page": (status, phrase) =>
    `error parsing HTTP ${status} response body: invalid character '<' looking for beginning of value: "<html>${phrase}</html>"`,
  "go-containerregistry": (status, phrase) =>
    `GET https://h/v2/a/manifests/v1: unexpected status code ${status} ${phrase}`,
};

describe.each(Object.entries(wordings))("the words of %s", (_, say) => {
  it.each(answers)("with %d %s", (status, phrase, verdict) => {
    const message = say(status, phrase).trim();
    const { class: failureClass, permanent } = classify({ message });
    expect(`${failureClass}${permanent ? ", permanent" : ""}`).toBe(verdict);
  });
});

describe("httpStatusOf", () => {
  it.each([
    ["‹url›: 503 service unavailable", 503],
    ['get "‹url›": forbidden', 403],
    ['get "‹url›": proxy authentication required; more', 407],
    ["the answer was 404 not found", 404],
    ["server did not process a range: header, status 200", undefined],
    ["dial tcp 10.0.0.1:443: i/o timeout", undefined],
    ["dial tcp 10.0.0.1:500: connect: connection refused", undefined],
    ["failed size validation: 404 != 500", undefined],
    ['get "‹url›": not found', undefined],
    ["exit status 1", undefined],
  ])("of %j is %s", (text, status) => {
    expect(httpStatusOf(text)).toBe(status);
  });
});
