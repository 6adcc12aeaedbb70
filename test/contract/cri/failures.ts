import { afterEach, describe, expect, test, vi } from "vitest";
import { makeImage, makeImageIndex } from "#embedded/images/image.ts";
import type { FaultRule } from "#embedded/registry/fault.ts";
import type { CriRuntime } from "#ports/cri.ts";
import { type Bench, inTime, type Stocked } from "./bench.ts";

export function describeFailures(bench: () => Bench): void {
  describe("failures", () => {
    afterEach(() => bench().registry.setFaults([]));

    /** The pull fails as expected and leaves no image; without the fault it works. */
    const expectFault = async (repository: string, fault: FaultRule["fault"], expected: Expected): Promise<void> => {
      const { cri, registry, stock } = bench();
      const stocked = await stock(repository, "1", await largeImage(repository));
      const reference = `${stocked.name}:1`;
      registry.setFaults([{ on: { repository, part: expected.part }, fault }]);
      await expectRefusal(cri, reference, expected.code, expected.words(stocked));
      expect(await cri.imageStatus(reference, inTime())).toEqual({ ok: true, value: undefined });
      registry.setFaults([]);
      await expectRecovery(cri, reference, stocked);
    };

    test.each([
      ["a tag", "public/app-without:2"],
      ["a repository", "public/never-pushed:1"],
      ["a digest", `public/never-pushed@sha256:${"a".repeat(64)}`],
    ])("%s that is not in the registry", async (_, path) => {
      const { cri, registry, stock } = bench();
      await stock("public/app-without", "1");
      const name = `${registry.host}/${path}`;
      const words = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;
      await expectRefusal(cri, name, "NotFound", words);
    });

    test("an image for no platform of this machine", async () => {
      const { cri, stock } = bench();
      const platform = { os: "linux", architecture: "s390x" };
      const index = makeImageIndex([await makeImage({ files: { a: "a" }, platform })]);
      const { name } = await stock("public/foreign", "1", index);
      const words = `failed to pull and unpack image "${name}:1": no match for platform in manifest: not found`;
      await expectRefusal(cri, `${name}:1`, "NotFound", words);
    });

    test.each([
      ["", "invalid reference format"],
      ["127.0.0.1/App:1", "invalid reference format: repository name must be lowercase"],
      ["127.0.0.1/app:1:2", "invalid reference format"],
      ["https://127.0.0.1/app", "invalid reference format"],
    ])("%j, which is no image reference", async (name, why) => {
      const { cri } = bench();
      await expectRefusal(cri, name, "Unknown", `failed to parse image reference ${JSON.stringify(name)}: ${why}`);
    });

    test("nobody listens where the registry should be", async () => {
      const { cri } = bench();
      const words =
        /: failed to do request: Head "http:\/\/127.0.0.1:1\/v2\/app\/manifests\/1": dial tcp 127.0.0.1:1: connect: connection refused$/;
      await expectRefusal(cri, "127.0.0.1:1/app:1", "Unknown", words);
    });

    test("a corrupt layer", () =>
      expectFault(
        "public/corrupt",
        { kind: "corrupt" },
        {
          part: "blob",
          code: "FailedPrecondition",
          words: () =>
            /^failed to pull and unpack image ".*": failed commit on ref "(?:config|layer)-(sha256:[0-9a-f]{64})": unexpected commit digest sha256:[0-9a-f]{64}, expected \1: failed precondition$/,
        },
      ));

    test("a layer that is too short", () =>
      expectFault(
        "public/short",
        { kind: "truncate" },
        {
          part: "blob",
          code: "Unknown",
          words: ({ name }) =>
            `failed to pull and unpack image "${name}:1": failed to read expected number of bytes: unexpected EOF`,
        },
      ));

    test("a connection that is reset in the middle of a layer", () =>
      expectFault(
        "public/reset",
        { kind: "reset", afterBytes: 100 },
        {
          part: "blob",
          code: "Unknown",
          words: () =>
            /^failed to pull and unpack image ".*": failed to copy: read tcp .*: read: connection reset by peer$/,
        },
      ));

    test("a registry that throttles names", () =>
      expectFault(
        "public/throttled",
        { kind: "status", status: 429, retryAfterSeconds: 1 },
        {
          part: "manifest",
          code: "Unknown",
          words: ({ name }) =>
            `failed to pull and unpack image "${name}:1": failed to resolve reference "${name}:1": pulling from host ${name.split("/", 1)[0]} failed with status code [manifests 1]: 429 Too Many Requests`,
        },
      ));

    test("a registry that throttles layers", () =>
      expectFault(
        "public/throttled-blobs",
        { kind: "status", status: 429, message: "slow down" },
        {
          part: "blob",
          code: "Unknown",
          words: () =>
            /: failed to copy: httpReadSeeker: failed open: unexpected status code http:\/\/.*\/blobs\/sha256:[0-9a-f]{64}: 429 Too Many Requests - Server message: toomanyrequests: slow down$/,
        },
      ));

    test("a registry that throttles for a moment is asked again by the runtime itself", async () => {
      const { cri, registry, stock } = bench();
      const { name, image } = await stock("public/throttled-briefly", "1");
      registry.setFaults([{ on: { part: "manifest" }, times: 5, fault: { kind: "status", status: 429 } }]);
      const pulled = await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(pulled).toEqual({ ok: true, value: image.config.digest });
    });

    test("a registry that is broken", () =>
      expectFault(
        "public/broken",
        { kind: "status", status: 503 },
        {
          part: "manifest",
          code: "Unknown",
          words: () => / failed with status code \[manifests 1\]: 503 Service Unavailable$/,
        },
      ));

    test("a registry that redirects in circles", () =>
      expectFault(
        "public/circle",
        { kind: "redirect-loop" },
        {
          part: "manifest",
          code: "Unknown",
          words: () => /: failed to do request: Head "[^"]*": stopped after 10 redirects$/,
        },
      ));

    test("a layer that is kept at an address where nobody listens", () =>
      expectFault(
        "public/elsewhere",
        { kind: "redirect", location: "http://127.0.0.1:1/storage/x" },
        {
          part: "blob",
          code: "Unknown",
          words: () =>
            /: failed to copy: httpReadSeeker: failed open: failed to do request: Get "http:\/\/127.0.0.1:1\/storage\/x": dial tcp 127.0.0.1:1: connect: connection refused$/,
        },
      ));

    test("a registry whose challenge cannot be read", () =>
      expectFault(
        "public/challenge",
        { kind: "broken-challenge" },
        { part: "manifest", code: "Unknown", words: () => /": no realm specified for token auth challenge$/ },
      ));

    test("an answer that says it is longer than it is", async () => {
      const { cri, registry, stock } = bench();
      const { name, image } = await stock("public/longer", "1");
      registry.setFaults([{ on: { part: "blob" }, fault: { kind: "wrong-length", offBy: 10 } }]);
      const pulled = await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(pulled).toEqual({ ok: true, value: image.config.digest });
    });

    test("a web page instead of a layer", () =>
      expectFault(
        "public/page-blob",
        { kind: "html" },
        { part: "blob", code: "Unknown", words: () => /: failed to read expected number of bytes: unexpected EOF$/ },
      ));

    test("a web page instead of a manifest", () =>
      expectFault(
        "public/page",
        { kind: "html" },
        {
          part: "manifest",
          code: "NotFound",
          words: () =>
            /: could not fetch content descriptor sha256:[0-9a-f]{64} \(text\/html.*\) from remote: not found$/,
        },
      ));
  });
}

interface Expected {
  readonly part: "manifest" | "blob";
  readonly code: string;
  readonly words: (stocked: Stocked) => string | RegExp;
}

/** Its config and layer are long enough to be cut anywhere. */
function largeImage(seed: string) {
  return makeImage({ noise: { seed, layerBytes: [50_000] } });
}

/**
 * containerd keeps corrupt bytes until its garbage collector runs (a tenth of a second or so), and until then refuses the
 * image again without asking the registry.
 */
async function expectRecovery(cri: CriRuntime, image: string, { image: { config } }: Stocked): Promise<void> {
  await vi.waitFor(
    async () => expect(await cri.pullImage(image, undefined, inTime())).toEqual({ ok: true, value: config.digest }),
    { timeout: 10_000, interval: 50 },
  );
}

async function expectRefusal(cri: CriRuntime, image: string, grpcCode: string, words: string | RegExp): Promise<void> {
  const answer = await cri.pullImage(image, undefined, inTime());
  if (answer.ok) throw new Error(`${image} was pulled`);
  if (typeof words === "string") expect(answer.error.message).toBe(words);
  else expect(answer.error.message).toMatch(words);
  expect(answer.error.grpcCode).toBe(grpcCode);
}
