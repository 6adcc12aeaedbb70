import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import { credentialHash } from "#domain/credentials/credential-hash.ts";
import { createKeyring, type DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseImageReference, repositoryOf } from "#domain/image/reference.ts";
import { firstOfferOf, type SecretConfigs } from "./secret-offer.ts";
import { arrangeShelves, type Shelf } from "./shelves.ts";
import type { StockImage } from "./stock.ts";

function secret(text: string): SecretName {
  const parsed = parseSecretName(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function image(written: string, options: Omit<StockImage, "reference"> = {}): StockImage {
  const parsed = parseImageReference(written);
  if (!parsed.ok) throw new Error(parsed.error);
  return { reference: parsed.value, ...options };
}

function entry(key: string, password: string): DockerConfigEntry {
  return { key, credential: { username: "u", password: new SecretText(password), email: "" } };
}

interface Situation {
  readonly images: readonly StockImage[];
  readonly pullSecrets?: readonly SecretName[];
  readonly configs?: Readonly<Record<string, readonly DockerConfigEntry[]>>;
  readonly publicRegistry?: string;
  readonly shelfSize?: number;
}

function arrange({ images, pullSecrets = [], configs = {}, publicRegistry, shelfSize = 8 }: Situation) {
  const known: SecretConfigs = new Map(Object.entries(configs));
  const isPublic = ({ reference }: StockImage): boolean => reference.registry === publicRegistry;
  return arrangeShelves({ images, pullSecrets, pacing: { spreadMs: 0, shelfSize } }, { configs: known, isPublic });
}

const written = ({ images }: Pick<Shelf, "images">): string[] => images.map(({ reference }) => reference.written);

describe("shelves", () => {
  it("are one without a secret where no image needs one", () => {
    const { shelves, unmatched } = arrange({ images: ["r.io/b:1", "r.io/a:1"].map((text) => image(text)) });
    expect(shelves).toEqual([{ name: "open-1", images: [image("r.io/a:1"), image("r.io/b:1")] }]);
    expect(unmatched).toHaveLength(2);
  });

  it("are one for each credential; public images lie on those without, and so do images that nothing matches", () => {
    const { shelves, unmatched } = arrange({
      images: ["quay.io/a", "quay.io/team/b", "ghcr.io/c", "pub.io/d", "other.io/e"].map((text) => image(text)),
      pullSecrets: [secret("ci/quay"), secret("ci/ghcr.io")],
      configs: {
        "ci/quay": [entry("quay.io", "one"), entry("quay.io/team", "two")],
        "ci/ghcr.io": [entry("ghcr.io", "three"), entry("pub.io", "three"), entry("quay.io", "four")],
      },
      publicRegistry: "pub.io",
    });
    expect(shelves.map((shelf) => [shelf.name.replace(/[0-9a-f]{10}/, "…"), shelf.secret, written(shelf)])).toEqual([
      ["ghcr-io-…-1", { namespace: "ci", name: "ghcr.io" }, ["ghcr.io/c"]],
      ["open-1", undefined, ["other.io/e", "pub.io/d"]],
      ["quay-…-1", { namespace: "ci", name: "quay" }, expect.any(Array)],
      ["quay-…-1", { namespace: "ci", name: "quay" }, expect.any(Array)],
    ]);
    expect(shelves.slice(2).map(written).toSorted()).toEqual([["quay.io/a"], ["quay.io/team/b"]]);
    expect(written({ images: unmatched })).toEqual(["other.io/e"]);
  });

  it("of images with secrets of their own ask those alone", () => {
    const own = [secret("ci/own")];
    const { shelves } = arrange({
      images: [
        image("quay.io/team/a"),
        image("quay.io/team/b", { secrets: own }),
        image("quay.io/team/c", { secrets: [] }),
        image("ghcr.io/d", { secrets: own }),
      ],
      pullSecrets: [secret("ci/stock")],
      // The kubelet would take the longer key first, if both secrets were in one pod.
      configs: {
        "ci/stock": [entry("quay.io/team", "stock"), entry("ghcr.io", "stock")],
        "ci/own": [entry("quay.io", "own")],
      },
    });
    const bySecret = shelves.map((shelf) => [shelf.secret?.name, written(shelf)]);
    expect(bySecret).toEqual(
      expect.arrayContaining([
        ["stock", ["quay.io/team/a"]],
        ["own", ["quay.io/team/b"]],
        [undefined, ["ghcr.io/d", "quay.io/team/c"]],
      ]),
    );
  });

  it("keep platforms apart", () => {
    const arm64 = { os: "linux", architecture: "arm64" } as const;
    const { shelves } = arrange({
      images: [image("r.io/a"), image("r.io/b", { platform: arm64 }), image("r.io/c", { platform: arm64 })],
    });
    expect(shelves.map((shelf) => [shelf.name, shelf.platform, written(shelf)])).toEqual([
      ["open-1", undefined, ["r.io/a"]],
      ["open-arm64-1", arm64, ["r.io/b", "r.io/c"]],
    ]);
  });

  it("take a secret that is not there for one that says nothing", () => {
    const { shelves } = arrange({ images: [image("r.io/a")], pullSecrets: [secret("ci/gone")] });
    expect(shelves.map(({ name }) => name)).toEqual(["open-1"]);
  });

  it("do not mix two credentials that a secret has under spellings of one key", () => {
    const { shelves } = arrange({
      images: [image("quay.io/a"), image("z.io/b")],
      pullSecrets: [secret("ci/s")],
      configs: { "ci/s": [entry("quay.io", "one"), entry("https://quay.io", "two"), entry("z.io", "two")] },
    });
    expect(shelves.map(written).toSorted()).toEqual([["quay.io/a"], ["z.io/b"]]);
  });

  it("do not tell anything of a password by their names, and keep them when it changes", () => {
    const namesWith = (password: string): string[] =>
      arrange({
        images: [image("quay.io/a"), image("ghcr.io/b")],
        pullSecrets: [secret("ci/s")],
        configs: { "ci/s": [entry("quay.io", password), entry("ghcr.io", "other")] },
      }).shelves.map(({ name }) => name);
    expect(namesWith("old")).toEqual(namesWith("new"));
    expect(namesWith("old")).toHaveLength(2);
  });

  it("hold many tags of one repository, and more than a shelf takes", () => {
    const images = Array.from({ length: 20 }, (_, n) => image(`r.io/app:${n}`));
    const { shelves } = arrange({ images });
    expect(shelves.flatMap(written).toSorted()).toEqual(written({ images }).toSorted());
    expect(Math.max(...shelves.map((shelf) => shelf.images.length))).toBeLessThanOrEqual(8);
    for (const { name } of shelves) expect(name.length).toBeLessThan(30);
  });
});

/** A few registries, repositories and secrets, so that keys match often and in more than one way. */
const someImage = fc
  .record({
    registry: fc.constantFrom("a.io", "b.io", "pub.io", "none.io"),
    path: fc.constantFrom("x", "x/y", "x/z", "team/app", "team/db", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"),
    tag: fc.nat(3),
    own: fc.option(fc.subarray(["ci/s1", "ci/s2", "dev/s3"]), { nil: undefined, freq: 4 }),
    arm64: fc.boolean(),
  })
  .map(({ registry, path, tag, own, arm64 }) =>
    image(`${registry}/${path}:${tag}`, {
      ...(own && { secrets: own.map(secret) }),
      ...(arm64 && tag === 0 && { platform: { os: "linux", architecture: "arm64" } as const }),
    }),
  );
const someImages = fc.uniqueArray(someImage, { selector: ({ reference }) => reference.written, maxLength: 60 });
const someEntries = fc.array(
  fc
    .tuple(
      fc.constantFrom("a.io", "https://a.io", "a.io/x", "a.io/team", "b.io", "*.io", "b.io/x/y", "pub.io", "r.io:*"),
      fc.constantFrom("p", "q", "r"),
    )
    .map(([key, password]) => entry(key, password)),
  { maxLength: 5 },
);
const situation = fc.record({
  images: someImages,
  pullSecrets: fc.shuffledSubarray(["ci/s1", "ci/s2", "dev/s3"]).map((names) => names.map(secret)),
  configs: fc.record({ "ci/s1": someEntries, "ci/s2": someEntries }),
  publicRegistry: fc.constant("pub.io"),
  shelfSize: fc.integer({ min: 1, max: 9 }),
});

describe("whatever is listed", () => {
  it("each image lies on one shelf, no shelf is empty or too full, and names are unique", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const { shelves } = arrange(given);
        expect(shelves.flatMap(written).toSorted()).toEqual(written(given).toSorted());
        for (const { images } of shelves) {
          expect(images.length).toBeGreaterThan(0);
          expect(images.length).toBeLessThanOrEqual(given.shelfSize);
        }
        const names = shelves.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.toSorted()).toEqual(names);
      }),
    );
  });

  it("a shelf's one secret offers for each of its images what all secrets would offer first, and that is one credential", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const configs: SecretConfigs = new Map(Object.entries(given.configs));
        const firstOffer = firstOfferOf(given.pullSecrets, configs);
        for (const { secret: only, images } of arrange(given).shelves) {
          const hashes = images.map((one) => {
            const offer = firstOffer(one);
            const isOpen = offer === undefined || one.reference.registry === given.publicRegistry;
            return isOpen ? undefined : credentialHash(offer.credential);
          });
          expect(new Set(hashes).size).toBe(1);
          expect(only === undefined).toBe(hashes[0] === undefined);
          if (only === undefined) continue;
          const entries = configs.get(`${only.namespace}/${only.name}`) ?? [];
          const keyring = createKeyring([{ source: { kind: "pull-secret", ...only }, entries }]);
          for (const { reference } of images) {
            const [offer] = keyring.lookup(repositoryOf(reference));
            expect(offer && credentialHash(offer.credential)).toBe(hashes[0]);
          }
        }
      }),
    );
  });

  it("the order of the list does not matter", () => {
    fc.assert(
      fc.property(situation, (given) => {
        expect(arrange({ ...given, images: given.images.toReversed() }).shelves).toEqual(arrange(given).shelves);
      }),
    );
  });

  it("one image more touches one shelf, which may become several", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const [added, ...images] = given.images;
        fc.pre(added !== undefined);
        const before = arrange({ ...given, images }).shelves;
        const after = arrange(given).shelves;
        const untouched = (shelf: Shelf): boolean => after.some((other) => isSame(shelf, other));
        const touched = before.filter((shelf) => !untouched(shelf));
        expect(touched.length).toBeLessThanOrEqual(1);
        const changed = after.filter((shelf) => !before.some((other) => isSame(shelf, other)));
        const expected = [...touched.flatMap(written), added.reference.written];
        expect(changed.flatMap(written).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it("another tag moves nothing where a shelf holds all images of a repository", () => {
    const oneTagEach = fc.uniqueArray(someImage, { selector: ({ reference }) => repositoryOf(reference) });
    const repositories = (shelf: Shelf): string[] => shelf.images.map(({ reference }) => repositoryOf(reference));
    fc.assert(
      fc.property(oneTagEach, (images) => {
        const retagged = images.map(({ reference, ...options }) => image(`${repositoryOf(reference)}:new`, options));
        const summary = (all: readonly StockImage[]) =>
          arrange({ images: all }).shelves.map((shelf) => [shelf.name, repositories(shelf).toSorted()]);
        expect(summary(retagged)).toEqual(summary(images));
      }),
    );
  });
});

function isSame(a: Shelf, b: Shelf): boolean {
  return a.name === b.name && written(a).join(" ") === written(b).join(" ");
}

it("a thousand images fill their shelves by two thirds and more", () => {
  const images = Array.from({ length: 1_000 }, (_, n) => image(`r.io/team/app-${n}:1`));
  const { shelves } = arrange({ images });
  expect(shelves.length).toBeGreaterThanOrEqual(125);
  expect(shelves.length).toBeLessThanOrEqual(200);
});
