import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeSocket, parseSocketPath, WELL_KNOWN_SOCKETS } from "./sockets.ts";

describe("a socket as people write it", () => {
  test.each([
    ["/run/containerd/containerd.sock", "/run/containerd/containerd.sock"],
    ["unix:///run/containerd/containerd.sock", "/run/containerd/containerd.sock"],
    ["unix:/run/k0s/containerd.sock", "/run/k0s/containerd.sock"],
  ])("%s is %s", (written, path) => {
    expect(parseSocketPath(written)).toEqual({ ok: true, value: path });
  });

  test.each([
    ["", "is empty"],
    ["run/x.sock", "is not an absolute path"],
    ["unix://run/x.sock", "is not an absolute path"],
    ["tcp://127.0.0.1:2375", "has the scheme tcp, and only unix is supported"],
    ["npipe:////./pipe/containerd", "has the scheme npipe, and only unix is supported"],
    [`/${"x".repeat(107)}`, "is 108 bytes long, and a socket's path has at most 107"],
  ])("%s is refused", (written, why) => {
    expect(parseSocketPath(written)).toEqual({ ok: false, error: why });
  });

  test("every absolute path that fits is taken as it is, with and without the scheme", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), (segments) => {
        const path = `/${segments.join("/")}`;
        expect(parseSocketPath(path)).toEqual({ ok: true, value: path });
        expect(parseSocketPath(`unix://${path}`)).toEqual({ ok: true, value: path });
      }),
    );
  });
});

describe("the well-known sockets", () => {
  test("each can be connected to and is named once", () => {
    const paths = WELL_KNOWN_SOCKETS.map((socket) => socket.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(parseSocketPath(path)).toEqual({ ok: true, value: path });
  });

  test("containerd's own place, which Docker uses too, comes last", () => {
    expect(WELL_KNOWN_SOCKETS.at(-1)?.path).toBe("/run/containerd/containerd.sock");
  });

  test("a description says who uses it", () => {
    const k0s = WELL_KNOWN_SOCKETS.filter((socket) => socket.usedBy.includes("k0s"));
    expect(k0s.map(describeSocket)).toEqual(["/run/k0s/containerd.sock (containerd, as on k0s)"]);
  });
});
