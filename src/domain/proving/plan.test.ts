import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSecretName, parseSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import type { DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import type { StockImage } from "#domain/stock/stock.ts";
import { packQuestions } from "./pack.ts";
import { keyOfQuestion, planProofs, type Question } from "./plan.ts";

function secret(text: string): SecretName {
  const parsed = parseSecretName(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function image(written: string, secrets?: readonly string[]): StockImage {
  const parsed = parseImageReference(written);
  if (!parsed.ok) throw new Error(parsed.error);
  return { reference: parsed.value, ...(secrets && { secrets: secrets.map(secret) }) };
}

const entry = (key: string): DockerConfigEntry => ({
  key,
  credential: { username: "u", password: new SecretText("p"), email: "" },
});

const configs = new Map([
  ["ci/quay", [entry("quay.io")]],
  ["ci/both", [entry("quay.io"), entry("ghcr.io")]],
]);

function plan(images: readonly StockImage[], pullSecrets: readonly string[], more: object = {}) {
  const facts = { configs, problems: new Map<string, string>(), isPublic: () => false, isTwoSided: true, ...more };
  return planProofs({ images, pullSecrets: pullSecrets.map(secret) }, facts).map(
    ({ image: of, secret: with_, isTwoSided, obstacle }) =>
      `${of.reference.written} ${with_ === null ? "-" : formatSecretName(with_)}${isTwoSided ? " two-sided" : ""}${obstacle === undefined ? "" : `: ${obstacle}`}`,
  );
}

describe("the proofs of a Stock", () => {
  it("are one for each secret that matches, and one without where none does", () => {
    expect(plan([image("quay.io/a:1"), image("ghcr.io/b:1"), image("r.io/c:1")], ["ci/quay", "ci/both"])).toEqual([
      "quay.io/a:1 ci/quay two-sided",
      "quay.io/a:1 ci/both two-sided",
      "ghcr.io/b:1 ci/both two-sided",
      "r.io/c:1 -",
    ]);
  });

  it("ask an image's own secrets alone", () => {
    expect(plan([image("quay.io/a:1", ["ci/both"]), image("quay.io/b:1", [])], ["ci/quay"])).toEqual([
      "quay.io/a:1 ci/both two-sided",
      "quay.io/b:1 -",
    ]);
  });

  it("say where a secret is missing, unless another one matches", () => {
    const problems = new Map([
      ["ci/gone", "is not in the cluster"],
      ["ci/quay", "has no copy"],
    ]);
    expect(
      plan([image("quay.io/a:1"), image("ghcr.io/b:1"), image("r.io/c:1")], ["ci/gone", "ci/both"], { problems }),
    ).toEqual([
      "quay.io/a:1 ci/both two-sided",
      "ghcr.io/b:1 ci/both two-sided",
      "r.io/c:1 ci/gone: the secret ci/gone is not in the cluster",
    ]);
    expect(plan([image("quay.io/a:1")], ["ci/quay"], { problems })).toEqual([
      "quay.io/a:1 ci/quay two-sided: the secret ci/quay has no copy",
    ]);
  });

  it("protect nothing that everybody may pull", () => {
    expect(plan([image("quay.io/a:1")], ["ci/quay"], { isPublic: () => true })).toEqual(["quay.io/a:1 ci/quay"]);
  });
});

describe("packing", () => {
  const question = fc.record({
    image: fc.nat(30).map((n) => image(`r.io/i${n}`)),
    secret: fc.constantFrom(null, secret("ci/a"), secret("ci/b")),
  });

  it("loses no question, asks none twice, and mixes no secrets", () => {
    fc.assert(
      fc.property(fc.array(question, { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (questions, sizeMax) => {
        const packs = packQuestions(questions, sizeMax);
        const asked = packs.flatMap(({ images, secret: with_ }) =>
          images.map((of): Question => ({ image: of, secret: with_ })),
        );
        expect(asked.map(keyOfQuestion).toSorted()).toEqual([...new Set(questions.map(keyOfQuestion))].toSorted());
        for (const { images } of packs) {
          expect(images.length).toBeGreaterThan(0);
          expect(images.length).toBeLessThanOrEqual(sizeMax);
        }
      }),
    );
  });
});
