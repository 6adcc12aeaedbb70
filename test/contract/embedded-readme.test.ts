import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
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

it("the registry's example in src/embedded/README.md is this test, and works", async () => {
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

  await expectExampleHere(0, 7);
});

it("the runtime's example is this test, and works", async () => {
  const clock = systemClock();
  const signal = AbortSignal.timeout(10_000);
  const folder = await mkdtemp(join(tmpdir(), "larder-"));

  const runtime = await startEmbeddedCriRuntime({ socket: join(folder, "cri.sock"), clock });
  runtime.setFaults([
    {
      on: { call: "pullImage", image: "127.0.0.1:1/app:1" },
      times: 1,
      fault: { kind: "refuse", status: "Unknown", message: "no space left on device" },
    },
  ]);
  const cri = connectCri({ socket: runtime.socket });
  await cri.pullImage("127.0.0.1:1/app:1", undefined, signal);
  const second = await cri.pullImage("127.0.0.1:1/app:1", undefined, signal);
  expect(second).toMatchObject({ ok: false, error: { message: expect.stringMatching(/connection refused$/) } });
  await runtime.kill();
  expect(await cri.version(signal)).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
  await runtime.startAgain();
  expect(await cri.version(signal)).toMatchObject({ ok: true });
  cri.close();
  await runtime.close();

  await rm(folder, { recursive: true });
  await expectExampleHere(1, 7);
});

/** Every statement of the README's example stands in this file, too. */
async function expectExampleHere(index: number, moreThan: number): Promise<void> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const readme = await readFile(`${root}/src/embedded/README.md`, "utf8");
  const example = [...readme.matchAll(/```ts\n(.*?)```/gs)][index]?.[1] ?? "";
  const here = statements(await readFile(fileURLToPath(import.meta.url), "utf8")).join("; ");
  expect(statements(example).length).toBeGreaterThan(moreThan);
  for (const statement of statements(example)) expect(here).toContain(statement);
}
