import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRefusal } from "./status.ts";

function status(code: number, reason: string, message: string, details: object = {}) {
  const body = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details });
  return decodeRefusal({ httpStatus: code, contentType: "application/json", retryAfter: undefined, body });
}

describe("what a server refuses", () => {
  it.each([
    [401, "Unauthorized", "Unauthorized", "unauthorized"],
    [
      403,
      "Forbidden",
      'nodes is forbidden: User "x" cannot list resource "nodes" in API group "" at the cluster scope',
      "forbidden",
    ],
    [
      403,
      "Forbidden",
      'pods "p" is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "n"',
      "forbidden",
    ],
    [403, "Forbidden", 'forbidden: User "x" cannot get path "/apis"', "forbidden"],
    [403, "Forbidden", 'pods "p" is forbidden: violates PodSecurity "restricted:latest": privileged', "invalid"],
    [403, "Forbidden", 'pods "p" is forbidden: exceeded quota: q', "invalid"],
    [403, "Forbidden", 'admission webhook "w.example" denied the request: no', "invalid"],
    [
      422,
      "Invalid",
      "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'larder-qa' with binding denied request",
      "invalid",
    ],
    [404, "NotFound", 'pods "p" not found', "not-found"],
    [409, "AlreadyExists", 'pods "p" already exists', "already-exists"],
    [409, "Conflict", "the object has been modified", "conflict"],
    [410, "Expired", "too old resource version: 1 (2)", "server"],
    [400, "BadRequest", "unable to parse requirement", "invalid"],
    [415, "UnsupportedMediaType", "the body of the request was in an unknown format", "invalid"],
    [429, "TooManyRequests", "too many requests, please try again later", "throttled"],
    [500, "InternalError", "an error on the server", "server"],
    [503, "ServiceUnavailable", "the server is currently unable to handle the request", "server"],
    [504, "Timeout", "request did not complete within the allotted timeout", "timeout"],
  ])("%i %s: %s", (code, reason, message, kind) => {
    expect(status(code, reason, message)).toMatchObject({ kind, message, isExpired: code === 410 });
  });

  it("in a namespace that is being deleted is no missing right", () => {
    const message =
      'configmaps "c" is forbidden: unable to create new content in namespace n because it is being terminated';
    const details = { causes: [{ reason: "NamespaceTerminating", message: "namespace n is being terminated" }] };
    expect(status(403, "Forbidden", message, details).kind).toBe("conflict");
  });

  it("says how long to wait: in its details, or in the header", () => {
    expect(status(429, "TooManyRequests", "x", { retryAfterSeconds: 3 }).retryAfterMs).toBe(3_000);
    const answer = { httpStatus: 429, contentType: undefined, retryAfter: "2", body: "" };
    expect(decodeRefusal(answer)).toMatchObject({ kind: "throttled", retryAfterMs: 2_000 });
    expect(decodeRefusal({ ...answer, retryAfter: "Wed, 21 Oct 2026 07:28:00 GMT" }).retryAfterMs).toBeUndefined();
  });

  it("is one clause, without a full stop and without line ends", () => {
    expect(status(422, "Invalid", "first.\n  second.").message).toBe("first. second");
    expect(status(409, "Conflict", "").message).toBe("Conflict");
  });

  it("is never more than a few thousand characters, and always a sentence", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.string(),
        fc.constantFrom("text/plain", "text/html", undefined),
        (httpStatus, body, contentType) => {
          const { message } = decodeRefusal({ httpStatus, contentType, retryAfter: undefined, body: body.repeat(50) });
          expect(message.length).toBeGreaterThan(0);
          expect(message.length).toBeLessThan(4_100);
          expect(message).not.toContain("\n");
        },
      ),
    );
  });
});
