import { describe, expect, it } from "vitest";
import recorded from "../../data/cri_errors.json" with { type: "json" };
import { inCrioWords } from "./words.ts";

const image = "registry.example.com:5000/search/app:v1";

/** What CRI-O said, without the names and numbers that differ from place to place. */
function shape(text: string): string {
  return text
    .replaceAll(/(?:[a-z0-9-]+\.)+[a-z0-9]+(?::\d+)?(?:\/[a-z]+\/[a-z]+(?::v1)?)?/g, "NAME")
    .replaceAll(/storage\d+/g, "storage0");
}

const shapes = new Set(recorded.filter(({ runtime }) => runtime === "cri-o").map(({ message }) => shape(message)));

describe("what containerd says becomes words that CRI-O was heard to say", () => {
  it.each([
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pulling from host registry.example.com:5000 failed with status code [manifests v1]: 401 Unauthorized`,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to http://registry.example.com:5000/v2/search/app/manifests/v1: 500 Internal Server Error`,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status code [manifests v1]: 429 Too Many Requests`,
    `failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
  ])("%s", (containerdText) => {
    expect(shapes).toContain(shape(inCrioWords(image, containerdText)));
  });

  it("also without what CRI-O 1.35 puts around it", () => {
    const cause = "failed to do request: Head: dial tcp 10.99.0.9:5000: connect: connection refused";
    const text = inCrioWords(image, `failed to pull and unpack image "${image}": ${cause}`);
    expect(text).toMatch(/^RegistryUnavailable: unable to pull image or OCI artifact: pull image err: initializing/);
    expect(text).toContain(
      'Get "http://registry.example.com:5000/v2/": dial tcp 10.99.0.9:5000: connect: connection refused;',
    );
  });

  it("a full disk", () => {
    const text = inCrioWords(image, "failed to copy: write /var/lib/containerd/x: no space left on device");
    const said = recorded.find(({ id }) => id === "e269")?.message ?? "";
    expect(text).toContain(`pull image err: ${said};`);
  });

  it("a name that is none", () => {
    expect(inCrioWords("https://registry.example.com/app:v1", "anything")).toBe(
      'cannot parse input: "https://registry.example.com/app:v1": invalid reference format',
    );
  });

  it("anything else, with its last cause", () => {
    expect(inCrioWords(image, "failed to pull: something: new")).toBe(
      `unable to pull image or OCI artifact: pull image err: initializing source docker://${image}: new; artifact err: pull artifact: initializing source docker://${image}: new`,
    );
  });
});
