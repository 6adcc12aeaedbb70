import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";

/** Statements without comments and line breaks, so that formatting does not count. */
function statements(code: string): string[] {
  return code
    .split("\n")
    .map((line) => line.replace(/(^|\s)\/\/ .*$/, "").trim())
    .join(" ")
    .split(/;/)
    .map((statement) => statement.replaceAll(/[\s,]+(?=[\])}])|\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

it("the example of src/embedded/README.md is this test, and works", async () => {
  const clock = systemClock();
  const alice = { username: "alice", password: new SecretText("…"), repositories: ["acme"] };
  const registry = await startEmbeddedRegistry({ clock, accounts: [alice], publicRepositories: ["open"] });

  const image = await makeImage({ files: { "etc/motd": "hello" }, noise: { seed: "app", layerBytes: [1_000_000] } });
  const signal = AbortSignal.timeout(10_000);
  await pushImage({ registry: registry.url, repository: "acme/app", tag: "1.0", image, credential: alice, signal });

  registry.setFaults([
    {
      on: { repository: "acme/app", part: "manifest" },
      times: 2,
      fault: { kind: "status", status: 429, retryAfterSeconds: 3 },
    },
    { on: { repository: "acme/app", part: "blob" }, fault: { kind: "slow", bytesPerSecond: 50_000 } },
  ]);
  const refused = await fetch(`${registry.url}/v2/acme/app/manifests/1.0`, { method: "HEAD", signal });
  expect(refused.status).toBe(429);
  registry.requests();
  expect(registry.requests().at(-1)).toMatchObject({
    method: "HEAD",
    path: "/v2/acme/app/manifests/1.0",
    status: 429,
    faults: ["status"],
  });
  await registry.close();

  const root = fileURLToPath(new URL("../..", import.meta.url));
  const readme = await readFile(`${root}/src/embedded/README.md`, "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const here = statements(await readFile(fileURLToPath(import.meta.url), "utf8")).join("; ");
  expect(statements(example).length).toBeGreaterThan(7);
  for (const statement of statements(example)) expect(here).toContain(statement);
});
