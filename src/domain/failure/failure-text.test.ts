import { describe, expect, it } from "vitest";
import { capped, readFailureText } from "./failure-text.ts";

describe("readFailureText", () => {
  it.each([
    ['Failed to pull image "a": x', 'failed to pull image "‹name›": x'],
    ["docker.io/library/denied:v1: not found", "‹name›: not found"],
    ["ghcr.io/a/b@sha256:ab not found", "‹name› not found"],
    ["content at https://h/v2/denied not found", "content at ‹url› not found"],
    ["Get https://h/v2/: EOF", "get ‹url›: eof"],
    ['Head "https://h/v2/a?ns=b:503 Service Unavailable', 'head "‹url›: 503 service unavailable'],
    ["write /var/lib/denied/x: no space left on device", "write ‹path›: no space left on device"],
    ["unexpected media type text/html for sha256:ab", "unexpected media type ‹html› for ‹digest›"],
    ["reading manifest denied in h/a: eof", "reading manifest ‹name› in ‹name›: eof"],
    ["status code [manifests denied]: 401", "status code [manifests ‹name›]: 401"],
    ["read tcp 1.2.3.4:5->6.7.8.9:443: i/o timeout", "read tcp 1.2.3.4:5->6.7.8.9:443: i/o timeout"],
    ["no matching manifest for linux/arm64/v8 in", "no matching manifest for ‹name› in"],
    ["net/http: HTTP/1.x transport connection broken", "net/http: http/1.x transport connection broken"],
    ['a\\nb \\"c\\"', 'a\nb "c"'],
    ["(HTTP code 500) server error - write failed", "write failed"],
  ])("%j reads %j", (message, text) => {
    expect(readFailureText(message, undefined).text).toBe(text);
  });

  it.each([
    ["NotFound", "", "NotFound"],
    ["5", "", "NotFound"],
    [undefined, "rpc error: code = Unavailable desc = x", "Unavailable"],
    [undefined, "rpc error: code = 4 desc = x", "DeadlineExceeded"],
    [undefined, "14 UNAVAILABLE: No connection established", "Unavailable"],
    ["Unknown", "rpc error: code = NotFound desc = x", "Unknown"],
    [undefined, "x", ""],
    ["99", "x", ""],
  ])("takes the code from %j and %j", (code, message, name) => {
    expect(readFailureText(message, code).grpcCode).toBe(name);
  });
});

describe("capped", () => {
  it("keeps head and tail of a long text, and short ones whole", () => {
    expect(capped("short")).toBe("short");
    const long = capped(`head ${"x".repeat(1_000_000)} tail`);
    expect(long.length).toBeLessThan(20_000);
    expect(long).toMatch(/^head .* tail$/);
  });
});
