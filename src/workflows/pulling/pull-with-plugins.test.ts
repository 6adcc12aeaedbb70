import { describe, expect, it } from "vitest";
import type { CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { imagesToPull } from "#domain/image/images-to-pull.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { EventBody, ImageFinished } from "#domain/run/event.ts";
import { pluginProvider } from "../../../test/kit/plugin-folder.ts";
import { type PullCall, type ScriptedPull, scriptedRuntime } from "../../../test/kit/scripted-runtime.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { offerLookup } from "../resolving/offer-lookup.ts";
import { type PullPlan, pullImages } from "./pull-images.ts";

const UNAVAILABLE =
  "failed to resolve reference: pulling from host r.io failed with status code [manifests 1]: 503 Service Unavailable";
const DENIED =
  "failed to resolve reference: pulling from host r.io failed with status code [manifests 1]: 401 Unauthorized";
const MINUTE_MS = 60_000;

interface Setup {
  readonly images?: readonly string[];
  readonly present?: readonly string[];
  readonly provider?: Partial<CredentialProvider>;
  /** Of the nth call, from 0. */
  readonly answer: (nth: number) => Result<PluginAnswer, string>;
  readonly answerTakesMs?: number;
  readonly script?: (call: PullCall, nth: number) => ScriptedPull;
  readonly overallMs?: number;
  readonly interruptAt?: number;
}

function answered(username: string, cacheMs?: number): Result<PluginAnswer, string> {
  const credential = { username, password: new SecretText("s3cret-pw"), email: "" };
  return ok({ cacheKeyType: "Registry", cacheMs, entries: [{ key: "r.io", credential }] });
}

async function run(setup: Setup) {
  const clock = new VirtualClock();
  const runtime = scriptedRuntime(clock, setup.script ?? (() => ({})), setup.present);
  const events: EventBody[] = [];
  const calls: number[] = [];
  const interrupt = new AbortController();
  const stopInterrupt = new AbortController();
  if (setup.interruptAt !== undefined)
    void clock.sleep(setup.interruptAt, stopInterrupt.signal).then(() => interrupt.abort());
  const emit = (event: EventBody): void => void events.push(event);
  const offersFor = offerLookup(
    { pullSecrets: [] },
    {
      clock,
      providers: [pluginProvider("ecr", setup.provider)],
      warn: (code, message) => emit({ kind: "warning", code, message }),
      plugins: {
        async ask(_provider, _repository, signal) {
          calls.push(clock.monotonic());
          const nth = calls.length - 1;
          await clock.sleep(setup.answerTakesMs ?? 0, signal);
          return signal.aborted ? fail("it was stopped") : setup.answer(nth);
        },
      },
    },
  );
  const asked = (setup.images ?? ["r.io/a:1"]).map((image) => {
    const reference = parseImageReference(image);
    if (!reference.ok) throw new Error(reference.error);
    return { reference: reference.value, at: { file: "list" } };
  });
  const plan: PullPlan = {
    larder: "0.0.0",
    images: imagesToPull(asked).images,
    sockets: ["/s"],
    warnings: [],
    always: false,
    parallel: 4,
    imageListTimeoutMs: 1_000,
    timing: {
      overallMs: setup.overallMs ?? 300 * MINUTE_MS,
      initialAttemptTimeoutMs: MINUTE_MS,
      maxAttemptTimeoutMs: MINUTE_MS,
      initialDelayMs: MINUTE_MS,
      maxDelayMs: 60 * MINUTE_MS,
      missingGraceMs: 0,
    },
  };
  const files = { socketState: async () => "socket" as const };
  const ports = { clock, offersFor, files, connect: async () => runtime, random: () => 1, emit };
  const outcome = await clock.run(pullImages(plan, ports, interrupt.signal));
  const tookMs = clock.monotonic();
  stopInterrupt.abort();
  const finished = events.filter((event): event is ImageFinished => event.kind === "image-finished");
  return { outcome, events, finished, calls, tookMs, users: runtime.pulls.map((pull) => pull.username) };
}

describe("credentials of plugins", () => {
  it("are asked for when an image is pulled, not for one that is there", async () => {
    const images = ["r.io/a:1", "r.io/b:1"];
    expect((await run({ images, present: images, answer: () => answered("robot") })).calls).toEqual([]);
    const { calls, users, events } = await run({ images, present: ["r.io/b:1"], answer: () => answered("robot") });
    expect(calls).toHaveLength(1);
    expect(users).toEqual(["robot"]);
    expect(events.find((event) => event.kind === "pull-started")).toMatchObject({ credential: "plugin ecr" });
  });

  it("are looked up anew in each round, and the plugin is asked again once its answer has run out", async () => {
    const { outcome, calls, users } = await run({
      answer: (nth) => answered(`token-${nth}`, 10 * MINUTE_MS),
      script: (_, nth) => (nth < 5 ? { fails: UNAVAILABLE, takesMs: 0 } : {}),
    });
    expect(outcome).toBe("stocked");
    expect(users).toEqual(["token-0", "token-0", "token-0", "token-0", "token-1", "token-2"]);
    expect(calls.map((at) => at / MINUTE_MS)).toEqual([0, 15, 31]);
  });

  it("that were refused for good are tried again only when they are others", async () => {
    const script = (call: PullCall): ScriptedPull =>
      call.username === "good" ? {} : call.username === "other" ? { fails: UNAVAILABLE } : { fails: DENIED };
    const other = { username: "other", password: new SecretText("s3cret-pw"), email: "" };
    const { outcome, users } = await run({
      provider: { defaultCacheMs: 0 },
      answer: (nth) => {
        const answer = answered(nth < 2 ? "old" : "good");
        return answer.ok
          ? ok({ ...answer.value, entries: [...answer.value.entries, { key: "*.io", credential: other }] })
          : answer;
      },
      script,
    });
    expect(outcome).toBe("stocked");
    expect(users).toEqual(["old", "other", "other", "good"]);
  });

  it("that are not to be had are a warning, and the pull is made without any", async () => {
    const { outcome, users, events } = await run({ answer: () => fail("it exited with code 1; it said nothing") });
    expect(outcome).toBe("stocked");
    expect(users).toEqual([undefined]);
    expect(events.filter((event) => event.kind === "warning")).toEqual([
      {
        kind: "warning",
        code: "CREDENTIAL_PLUGIN_FAILED",
        message: "the credential plugin ecr gave no credentials: it exited with code 1; it said nothing",
      },
    ]);
  });

  it("do not keep the run past its deadline, nor past an interrupt", async () => {
    const slow = { answer: () => answered("robot"), answerTakesMs: 10 * MINUTE_MS, images: ["r.io/a:1", "r.io/b:1"] };
    const late = await run({ ...slow, overallMs: MINUTE_MS });
    expect(late).toMatchObject({ outcome: "deadline", tookMs: MINUTE_MS, users: [] });
    expect(late.finished.map((image) => image.outcome)).toEqual(["deadline", "deadline"]);
    const stopped = await run({ ...slow, interruptAt: 500 });
    expect(stopped).toMatchObject({ outcome: "interrupted", tookMs: 500, users: [] });
    expect([...late.events, ...stopped.events].filter((event) => event.kind === "warning")).toEqual([]);
  });
});
