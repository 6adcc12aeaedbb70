import { describe, expect, it } from "vitest";
import type { CacheKeyType, CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";
import type { DockerConfig } from "#domain/credentials/keyring.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { pluginProvider } from "../../../test/kit/plugin-folder.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { type ConfiguredOffers, offerLookup } from "./offer-lookup.ts";

interface Call {
  readonly provider: CredentialProvider;
  readonly repository: string;
  readonly nth: number;
}

const TAKES_MS = 1_000;

function entry(username: string, key = "r.io") {
  return { key, credential: { username, password: new SecretText("pw"), email: "" } };
}

function answered(cacheKeyType: CacheKeyType, username: string, cacheMs?: number): Result<PluginAnswer, string> {
  return ok({ cacheKeyType, cacheMs, entries: [entry(username)] });
}

/** A lookup whose plugins take a second of virtual time. */
function lookup(
  answer: (call: Call) => Result<PluginAnswer, string>,
  providers: readonly CredentialProvider[] = [pluginProvider("p", { defaultCacheMs: 60_000 })],
  configured: ConfiguredOffers = { pullSecrets: [] },
) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const warnings: string[] = [];
  let running = 0;
  let most = 0;
  const plugins = {
    async ask(provider: CredentialProvider, repository: string, signal: AbortSignal) {
      const call = { provider, repository, nth: calls.length };
      calls.push(call);
      most = Math.max(most, ++running);
      await clock.sleep(TAKES_MS, signal);
      running--;
      return signal.aborted ? fail("it was stopped") : answer(call);
    },
  };
  const warn = (code: string, message: string): void => void warnings.push(`${code} ${message}`);
  const offersFor = offerLookup(configured, { providers, plugins, clock, warn });
  const usersFor = async (image: string, signal = new AbortController().signal): Promise<string[]> => {
    const reference = parseImageReference(image);
    if (!reference.ok) throw new Error(reference.error);
    return (await offersFor(reference.value, signal)).map((offer) => offer.credential.username);
  };
  return { clock, calls, warnings, usersFor, mostAtOnce: () => most };
}

describe("the order of offers", () => {
  it("is pull secrets, node config, plugins, and what two of them know is offered twice", async () => {
    const config = (file: string, ...entries: ReturnType<typeof entry>[]): DockerConfig => ({
      source: { kind: "docker-config", file },
      entries,
    });
    const { clock, usersFor } = lookup(() => answered("Registry", "same"), undefined, {
      pullSecrets: [config("a", entry("secret-short")), config("b", entry("same", "r.io/team"), entry("same"))],
      nodeConfig: config("node", entry("node", "*.io"), entry("same")),
    });
    expect(await clock.run(usersFor("r.io/team/app:1"))).toEqual([
      "same",
      "secret-short",
      "same",
      "same",
      "node",
      "same",
    ]);
  });

  it("each of the three falls back on Docker Hub's key for itself", async () => {
    const hub = entry("hub", "https://index.docker.io/v1/");
    const { clock, usersFor } = lookup(
      () => ok({ cacheKeyType: "Image", cacheMs: 0, entries: [hub] }),
      [pluginProvider("p", { matchImages: ["docker.io"] })],
      { pullSecrets: [{ source: { kind: "docker-config", file: "a" }, entries: [entry("exact", "docker.io")] }] },
    );
    expect(await clock.run(usersFor("busybox"))).toEqual(["exact", "hub"]);
  });
});

describe("plugins are asked no more than needed", () => {
  it("equal images share a call, also if its answer is not kept", async () => {
    const { clock, calls, usersFor } = lookup(() => answered("Image", "u", 0));
    const all = await clock.run(
      Promise.all([usersFor("r.io/a:1"), usersFor("r.io/a:2"), usersFor("r.io/a@sha256:".concat("a".repeat(64)))]),
    );
    expect(all).toEqual([["u"], ["u"], ["u"]]);
    expect(calls.map((call) => call.repository)).toEqual(["r.io/a"]);
  });

  it.each([
    ["Registry", 2],
    ["Global", 1],
  ] as const)("twenty images of two registries wait for an answer of type %s: %d calls", async (type, calls) => {
    const provider = pluginProvider("p", { defaultCacheMs: 60_000, matchImages: ["r.io", "s.io"] });
    const plugin = lookup(() => answered(type, "u"), [provider]);
    const images = Array.from({ length: 20 }, (_, index) => `${index % 2 ? "r" : "s"}.io/app-${index}`);
    await plugin.clock.run(Promise.all(images.map((image) => plugin.usersFor(image))));
    expect(plugin.calls).toHaveLength(calls);
  });

  it.each([
    ["that are for one image", () => answered("Image", "u")],
    ["that are not kept", () => answered("Global", "u", 0)],
    ["that are failures", () => fail("it exited with code 1")],
  ])("after the first one, answers %s come side by side", async (_what, answer) => {
    const plugin = lookup(answer);
    const images = Array.from({ length: 10 }, (_, index) => `r.io/app-${index}`);
    await plugin.clock.run(Promise.all(images.map((image) => plugin.usersFor(image))));
    expect(plugin.calls).toHaveLength(10);
    expect(plugin.mostAtOnce()).toBe(9);
    expect(plugin.clock.monotonic()).toBe(2 * TAKES_MS);
  });

  it("one that requires a service account is not asked", async () => {
    const { clock, calls, usersFor } = lookup(
      () => answered("Image", "u"),
      [pluginProvider("p", { requiresServiceAccount: true })],
    );
    expect(await clock.run(usersFor("r.io/a"))).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe("a plugin that fails", () => {
  it("is one warning for equal words, and the others are asked nevertheless", async () => {
    const providers = [pluginProvider("bad"), pluginProvider("good")];
    const plugin = lookup(
      ({ provider, nth }) =>
        provider.name === "bad"
          ? fail(nth < 4 ? "it exited with code 1" : "it exited with code 2")
          : answered("Image", "u"),
      providers,
    );
    for (const image of ["r.io/a", "r.io/b", "r.io/c"])
      expect(await plugin.clock.run(plugin.usersFor(image))).toEqual(["u"]);
    expect(plugin.warnings).toEqual([
      "CREDENTIAL_PLUGIN_FAILED the credential plugin bad gave no credentials: it exited with code 1",
      "CREDENTIAL_PLUGIN_FAILED the credential plugin bad gave no credentials: it exited with code 2",
    ]);
  });

  it("because the run was stopped is no warning", async () => {
    const stop = new AbortController();
    const plugin = lookup(() => answered("Image", "u"));
    const waiting = Promise.all([plugin.usersFor("r.io/a", stop.signal), plugin.usersFor("r.io/b", stop.signal)]);
    stop.abort();
    expect(await plugin.clock.run(waiting)).toEqual([[], []]);
    expect(plugin.calls).toHaveLength(1);
    expect(plugin.warnings).toEqual([]);
  });
});
