import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify, type ToStringOptions } from "yaml";
import { decideChanges } from "#domain/policy/change.ts";
import { applyPolicies } from "./apply-policies.ts";

const known = { "quay.io/acme/app:1": "Never", "quay.io/acme/db:2": "IfNotPresent", busybox: "Never" } as const;

const decide = decideChanges(
  Object.entries(known).map(([image, policy]) => ({ image, registry: "quay.io", policy, reason: "" })),
);

const image = fc.constantFrom(
  ...Object.keys(known),
  "quay.io/acme/app:12",
  "{{ .Values.image }}",
  "docker.io/library/busybox",
);
const policy = fc.option(fc.constantFrom("Never", "IfNotPresent", "Always", ""), { nil: undefined });

const container = fc
  .record({
    name: fc.constantFrom("a", "b"),
    image,
    imagePullPolicy: policy,
    args: fc.array(fc.string({ maxLength: 12 }), { maxLength: 2 }),
  })
  .chain((fields) => fc.shuffledSubarray(Object.entries(fields), { minLength: 4 }))
  .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)));

const volume = fc.record({ name: fc.constant("v"), image: fc.record({ reference: image }) });
const podSpec = fc.record(
  {
    containers: fc.array(container, { maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    volumes: fc.array(volume, { maxLength: 1 }),
  },
  { requiredKeys: ["containers"] },
);

const object: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  podSpec.map((spec) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec })),
  podSpec.map((spec) => ({ kind: "Deployment", spec: { template: { metadata: {}, spec } } })),
  podSpec.map((spec) => ({ kind: "CronJob", spec: { jobTemplate: { spec: { template: { spec } } } } })),
  podSpec.map((spec) => ({
    kind: "List",
    items: [
      { kind: "Pod", spec },
      { kind: "Thing", spec },
    ],
  })),
  podSpec.map((spec) => ({ kind: "ConfigMap", data: { containers: [spec], text: stringify(spec) } })),
);

/** One of the ways in which people and tools write an object. */
const textIn = (flow: fc.Arbitrary<boolean>): fc.Arbitrary<string> =>
  fc
    .record({
      objects: fc.array(object, { minLength: 1, maxLength: 3 }),
      quote: fc.constantFrom("QUOTE_DOUBLE", "QUOTE_SINGLE", "PLAIN"),
      isFlow: flow,
      indentSeq: fc.boolean(),
      indent: fc.constantFrom(2, 4),
      comments: fc.boolean(),
      crlf: fc.boolean(),
      lastLineEnd: fc.boolean(),
    })
    .map(({ objects, quote, isFlow, indentSeq, indent, comments, crlf, lastLineEnd }) => {
      const written = objects.map((one) => {
        const defaults =
          quote === "PLAIN" ? {} : { defaultStringType: quote, defaultKeyType: isFlow ? quote : "PLAIN" };
        const options = {
          indent,
          indentSeq,
          lineWidth: 0,
          aliasDuplicateObjects: false,
          ...defaults,
          ...(isFlow && { collectionStyle: "flow" }),
        };
        return stringify(one, options as ToStringOptions);
      });
      let whole = written.join("---\n");
      if (comments && !isFlow && quote === "PLAIN") {
        whole = whole.replaceAll(/^( *)((?:- )?image: [^\n>|]+)\n/gm, "$1$2 # why\n$1  # imagePullPolicy: Never\n");
      }
      if (!lastLineEnd) whole = whole.trimEnd();
      return crlf ? whole.replaceAll("\n", "\r\n") : whole;
    });

const text = textIn(fc.boolean());

function apply(manifest: string): string {
  const applied = applyPolicies("m.yaml", manifest, decide);
  if (!applied.ok) throw new Error(applied.error.problem);
  expect(applied.value.issues).toEqual([]);
  return applied.value.text;
}

/** What a text means, with its policies set by another way: every map that is a container or image volume of a known kind. */
function expected(manifest: string): unknown[] {
  const set = (holder: Record<string, unknown>, imageKey: string, policyKey: string): void => {
    const wanted = known[holder[imageKey] as keyof typeof known] as string | undefined;
    const is = holder[policyKey] || (holder[imageKey] === "busybox" ? "Always" : "IfNotPresent");
    if (wanted !== undefined && is !== "Always" && is !== wanted) holder[policyKey] = wanted;
  };
  const visit = (value: unknown, within: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, within);
    else if (typeof value === "object" && value !== null) {
      const fields = value as Record<string, unknown>;
      if (fields["kind"] === "ConfigMap" || fields["kind"] === "Thing") return;
      if (within === "containers" || within === "initContainers") set(fields, "image", "imagePullPolicy");
      if (within === "image") set(fields, "reference", "pullPolicy");
      for (const [key, inner] of Object.entries(fields)) visit(inner, key);
    }
  };
  const values = plain(manifest);
  visit(values, "");
  return values;
}

function plain(manifest: string): unknown[] {
  return parseAllDocuments(manifest).map((document) => document.toJS() as unknown);
}

const withoutPolicies = (manifest: string): string =>
  manifest
    .replaceAll(
      /,?\s*["']?\b(?:imagePullPolicy|pullPolicy)["']?\s*:[ \t]*["']?(?:Never|IfNotPresent|Always)?["']?/g,
      "",
    )
    .replaceAll(/\s/g, "");

describe("applyPolicies, for any manifest", () => {
  it("changes the policies that are meant, and nothing else", () => {
    fc.assert(
      fc.property(text, (before) => {
        const after = apply(before);
        expect(plain(after)).toEqual(expected(before));
        expect(withoutPolicies(after)).toBe(withoutPolicies(before));
        expect(after.endsWith("\n")).toBe(before.endsWith("\n"));
        expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(before));
      }),
      { numRuns: 250 },
    );
  });

  it("keeps every line of block style that holds no policy", () => {
    const lines = (manifest: string): string[] => manifest.split(/\r?\n/).filter((line) => !/ullPolicy: ?/.test(line));
    fc.assert(
      fc.property(textIn(fc.constant(false)), (before) => {
        expect(lines(apply(before))).toEqual(lines(before));
      }),
      { numRuns: 200 },
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(text, (before) => {
        const after = apply(before);
        expect(apply(after)).toBe(after);
      }),
      { numRuns: 200 },
    );
  });
});
