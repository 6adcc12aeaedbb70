import { assert, constantFrom, property, record, string } from "fast-check";
import { describe, expect, it } from "vitest";
import recorded from "../../../data/cri_errors.json" with { type: "json" };
import further from "../../../data/more_errors.json" with { type: "json" };
import { classify, FAILURE_RULES } from "./classify.ts";
import { FAILURE_CLASSES } from "./failure-class.ts";
import { redactText } from "./redact.ts";

interface RecordedText {
  readonly id: string;
  readonly message: string;
  readonly grpcCode?: string | null;
  readonly class: string;
  readonly permanent: boolean;
}

const texts: readonly RecordedText[] = [...recorded, ...further];
const verdictOf = (text: RecordedText, message = text.message) =>
  classify({ message, ...(text.grpcCode && { grpcCode: text.grpcCode }) });
const asked = (message: string, grpcCode?: string) => {
  const { class: failureClass, permanent } = classify({ message, ...(grpcCode && { grpcCode }) });
  return `${failureClass}${permanent ? ", permanent" : ""}`;
};

describe("recorded texts", () => {
  it.each(texts)("$id is $class", (text) => {
    expect(verdictOf(text)).toMatchObject({ class: text.class, permanent: text.permanent });
  });

  it("are as many as the data says", () => {
    expect(recorded.length).toBe(279);
    expect(further.length).toBeGreaterThanOrEqual(120);
  });

  it("give the same verdict after secrets were taken out", () => {
    const changed = texts.filter((text) => verdictOf(text, redactText(text.message, [])).class !== text.class);
    expect(changed.map((text) => text.id)).toEqual([]);
  });

  it("give the same verdict without their gRPC code, unless the code is all there is", () => {
    const changed = texts.filter((text) => classify({ message: text.message }).class !== text.class);
    expect(changed.map((text) => text.id)).toEqual([]);
  });
});

describe("names that mislead", () => {
  const names = [
    "denied-403",
    "not-found/timeout",
    "no-space-left",
    "unauthorized",
    "x509",
    "manifest/unknown",
    "eof",
    "toomanyrequests",
    "429/too-many-requests",
    "read-only/file-system",
    "context-canceled",
    "dial/unix",
    "policy-rejected",
    "lookup.dns",
    "exec/format.error",
    "ctd-decoder",
    "prettyjws",
  ] as const;

  /** Gives the image of a recorded text another path and tag, wherever the text repeats them. */
  function renamed(message: string, name: string): string {
    const tag = name.replaceAll("/", "-");
    return message
      .replaceAll(/(registry\.example\.com(?::\d+)?\/)[a-z]+\/app\b/g, `$1${name}`)
      .replaceAll(/%3A[a-z]+%2Fapp/g, `%3A${encodeURIComponent(name)}`)
      .replaceAll(/\/v2\/[a-z]+\/app\//g, `/v2/${name}/`)
      .replaceAll(/(manifest |\/manifests\/|\[manifests )v1\b/g, `$1${tag}`)
      .replaceAll(/(example\.com[^ "]*):v1\b/g, `$1:${tag}`);
  }

  it.each(names)("%s changes no verdict", (name) => {
    const renamable = texts.filter((text) => renamed(text.message, name) !== text.message);
    expect(renamable.length).toBeGreaterThan(150);
    for (const text of renamable) {
      const message = renamed(text.message, name);
      expect(verdictOf(text, message), message).toMatchObject({ class: text.class, permanent: text.permanent });
    }
  });

  it.each([
    ['Failed to pull image "denied": manifest for denied:latest not found: manifest unknown', "not-found, permanent"],
    [
      "pull access denied for not-found, repository does not exist or may require 'docker login'",
      "forbidden, permanent",
    ],
    ['cannot parse input: "no space left on device": invalid reference format', "invalid-reference, permanent"],
    ["manifest for app:1.0-SNAPSHOT not found", "not-found, permanent"],
    ["manifest for kube-dns:1.2 not found", "not-found, permanent"],
  ])("%s", (message, verdict) => {
    expect(asked(message)).toBe(verdict);
  });
});

describe("messages that join several errors", () => {
  const failed = (why: string) => `rpc error: code = Unknown desc = failed to pull image "a/b": ${why}`;
  const denied = failed("unexpected status from HEAD request to https://h/v2/: 403 Forbidden");
  const noLogin = failed("authorization failed: no basic auth credentials");
  const refused = failed("dial tcp 10.0.0.1:443: connect: connection refused");
  const full = failed("write /var/lib/x: no space left on device");
  const strange = failed("the moon is made of cheese");

  it.each([
    ["the first of permanent ones", [denied, noLogin], "forbidden, permanent"],
    ["what a retry may mend", [denied, refused], "registry-unavailable"],
    ["the disk before all", [refused, denied, full], "disk"],
    ["a known cause, not permanent, beside an unknown one", [strange, noLogin], "unauthorized"],
    ["unknown, if all are", [strange, strange], "unknown"],
  ])("of several credentials: %s", (_, errors, verdict) => {
    expect(asked(`Failed to pull image "a/b": [${errors.join(", ")}]`)).toBe(verdict);
  });

  const mirrored = (mirror: string, primary: string) =>
    `initializing source docker://h/a:v1: (Mirrors also failed: [m/a:v1: ${mirror}]): h/a:v1: ${primary}`;
  it.each([
    ["the registry's own error", "manifest unknown", "pinging container registry h: EOF", "registry-unavailable"],
    [
      "permanent if the mirrors' errors are",
      "manifest unknown",
      "reading manifest v1 in h/a: denied",
      "forbidden, permanent",
    ],
    [
      "not permanent if a mirror may come back",
      "dial tcp 1.1.1.1:443: i/o timeout",
      "reading manifest v1 in h/a: denied",
      "forbidden",
    ],
    ["disk, wherever", "write /var/tmp/1: no space left on device", "reading manifest v1 in h/a: denied", "disk"],
  ])("with mirrors: %s", (_, mirror, primary, verdict) => {
    expect(asked(mirrored(mirror, primary))).toBe(verdict);
  });

  const artifact = (image: string, other: string) =>
    `unable to pull image or OCI artifact: pull image err: ${image}; artifact err: ${other}`;
  it.each([
    ["Source image rejected: not signed by us", "dial tcp 1.1.1.1:443: i/o timeout", "signature-policy, permanent"],
    ["reading manifest v1 in h/a: manifest unknown", "get manifest: EOF", "not-found, permanent"],
    ["something new", "reading manifest v1 in h/a: manifest unknown", "not-found, permanent"],
  ])("the image's error (%s) decides, not the artifact's (%s)", (image, other, verdict) => {
    expect(asked(artifact(image, other))).toBe(verdict);
  });

  it("a back-off message passes on what it quotes, and alone says nothing", () => {
    expect(asked(`Back-off pulling image "a/b": ErrImagePull: ${denied}`)).toBe("forbidden, permanent");
    expect(asked('Back-off pulling image "a/b"')).toBe("unknown");
  });
});

describe("gRPC codes without words", () => {
  it.each([
    ["Canceled", "timeout"],
    ["DeadlineExceeded", "timeout"],
    ["4", "timeout"],
    ["NotFound", "not-found, permanent"],
    ["PermissionDenied", "forbidden, permanent"],
    ["Unauthenticated", "unauthorized, permanent"],
    ["ResourceExhausted", "rate-limited"],
    ["Unavailable", "runtime-unavailable"],
    ["Unimplemented", "runtime-unavailable, permanent"],
    ["DataLoss", "corrupt"],
    ["Unknown", "unknown"],
    ["Internal", "unknown"],
    ["InvalidArgument", "unknown"],
    ["FailedPrecondition", "unknown"],
  ])("%s is %s", (code, verdict) => {
    expect(asked("", code)).toBe(verdict);
    expect(asked(`rpc error: code = ${code} desc = `)).toBe(verdict);
  });

  it("a code does not overrule words that say more", () => {
    const local = 'failed to pull and unpack image "a/b": missing parent "k8s.io/2/x" bucket: not found';
    expect(asked(local, "NotFound")).toBe("unknown");
    expect(asked("dial tcp 1.1.1.1:443: i/o timeout", "DeadlineExceeded")).toBe("registry-unavailable");
    expect(asked("grpc: received message larger than max (5000000 vs. 4194304)", "ResourceExhausted")).toBe("unknown");
  });
});

describe("the rules", () => {
  it("have names of their own, a source, and one sentence of advice", () => {
    expect(new Set(FAILURE_RULES.map((rule) => rule.name)).size).toBe(FAILURE_RULES.length);
    for (const rule of FAILURE_RULES) {
      expect(rule.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(rule.source.length, rule.name).toBeGreaterThan(5);
      expect(rule.advice, rule.name).toMatch(/^[A-Z][^.]*(\.[a-z][^.]*)*\.$/);
    }
  });

  it("decide the texts that they name as their source", () => {
    const decidedBy = new Map(texts.map((text) => [text.id, verdictOf(text).rule]));
    for (const rule of FAILURE_RULES) {
      for (const [id] of rule.source.matchAll(/\b[em]\d{3}\b/g))
        expect.soft(`${id}: ${decidedBy.get(id)}`).toBe(`${id}: ${rule.name}`);
    }
  });

  it("cover every class", () => {
    expect(new Set(FAILURE_RULES.map((rule) => rule.class))).toEqual(new Set(FAILURE_CLASSES));
  });

  it("call nothing permanent that is unknown, of the disk, a limit or a timeout", () => {
    const passing = FAILURE_RULES.filter((rule) => ["unknown", "disk", "rate-limited", "timeout"].includes(rule.class));
    expect(passing.filter((rule) => rule.permanent)).toEqual([]);
  });

  it("ask for the disk first and for bare codes last", () => {
    expect(FAILURE_RULES[0]?.class).toBe("disk");
    expect(FAILURE_RULES.at(-1)?.name).toMatch(/^grpc-/);
  });
});

describe("any text", () => {
  it("gets a class and a sentence, and never throws", () => {
    const anything = record({
      message: string({ unit: "binary", maxLength: 300 }),
      grpcCode: constantFrom("Unknown", "NotFound", "", "7", "x"),
    });
    assert(
      property(anything, (failure) => {
        const verdict = classify(failure);
        expect(FAILURE_CLASSES).toContain(verdict.class);
        expect(verdict.advice).toMatch(/\.$/);
        if (verdict.class === "unknown") expect(verdict.permanent).toBe(false);
      }),
    );
  });

  it.each([
    "a ",
    "image verifier ",
    "lookup ",
    "layer ",
    "short-name ",
    '"',
    "(Mirrors also failed: [",
    ", rpc error: code = ",
    ": denied",
    "status [",
  ])("of MiBs of %j is judged by its head and tail, quickly", (unit) => {
    const filler = unit.repeat(Math.ceil(2_000_000 / unit.length));
    const started = performance.now();
    classify({ message: filler });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(asked(`${filler}: no space left on device`)).toBe("disk");
  });
});
