/** Public and private repositories of one real registry over HTTP, from the question to the shelves. */
import { afterEach, expect, it } from "vitest";
import { parseSecretName } from "#domain/cluster/secret-name.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import { arrangeShelves } from "#domain/stock/shelves.ts";
import { openRegistryReader } from "#effects/registry/reader.ts";
import { systemClock } from "#effects/system/clock.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { askPublicness } from "#workflows/publicness/ask-publicness.ts";

const clock = systemClock();
const alice = { username: "alice", password: new SecretText("correct horse"), email: "" };
let registry: EmbeddedRegistry | undefined;

afterEach(async () => {
  await registry?.close();
});

it.each(["basic", "token"] as const)("public images lie on a shelf without a secret (%s)", async (authentication) => {
  registry = await startEmbeddedRegistry({ clock, accounts: [alice], publicRepositories: ["open"], authentication });
  const signal = AbortSignal.timeout(20_000);
  const image = await makeImage({ files: { a: "b" } });
  const push = { registry: registry.url, image, credential: alice, signal };
  for (const repository of ["open/base", "acme/app"])
    for (const tag of ["1", "2"]) await pushImage({ ...push, repository, tag });
  const { host } = registry;
  const images = ["open/base:1", "acme/app:1", "open/base:2", "acme/app:2"].map((name) => {
    const parsed = parseImageReference(`${host}/${name}`);
    if (!parsed.ok) throw new Error(parsed.error);
    return { reference: parsed.value };
  });
  const registries = openRegistryReader({ clock, userAgent: "larder/test", plainHttp: [host] });
  const before = registry.requests().length;
  const { isPublic, doubts } = await askPublicness(
    images.map(({ reference }) => reference),
    { signal },
    { registries, clock },
  );
  registries.close();
  expect(doubts).toEqual([]);
  const questions = registry
    .requests()
    .slice(before)
    .filter(({ path }) => path.includes("/manifests/"));
  expect(new Set(questions.map(({ path }) => path)).size).toBe(2);

  const secret = parseSecretName("ci/quay");
  if (!secret.ok) throw new Error(secret.error);
  const { shelves } = arrangeShelves(
    { images, pullSecrets: [secret.value], pacing: { spreadMs: 0, shelfSize: 8 } },
    { configs: new Map([["ci/quay", [{ key: host, credential: alice }]]]), isPublic },
  );
  expect(shelves.map((shelf) => [shelf.secret?.name, shelf.images.map(({ reference }) => reference.path)])).toEqual([
    [undefined, ["open/base", "open/base"]],
    ["quay", ["acme/app", "acme/app"]],
  ]);
});
