import { SecretText } from "#domain/credentials/secret-text.ts";
import { larder, type Program, runProgram } from "../program.ts";
import { atMost, formatSummary } from "../report.ts";
import { imagesAt, onStage } from "../stage.ts";
import { alternate, summarize, summarizeRatios } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";

const GOOD = 15;
const layersOf = (n: number) => [2_000_000 + (n % 5) * 500_000, 1_000_000];
const LINK = { bytesPerSecond: 12_500_000, roundTripMs: 20 };
/** Of the whole run, where something is waited for that does not come. */
const PATIENCE_S = 15;

interface BadRun {
  /** From the start of the program until the last good image is there. */
  readonly goodMs: number;
  readonly ms: number;
}

/** A list with images that cannot be had, and a registry that hangs beside one that works: neither costs the good images anything. */
export const badImages: Experiment = ({ reference, rounds, say }) =>
  onStage(async (stage) => {
    const owner = { username: "owner", password: new SecretText("of the bench") };
    const registry = await stage.openRegistry({ accounts: [owner], publicRepositories: ["good"] });
    const hanging = await stage.openRegistry({ faults: [{ on: {}, fault: { kind: "stall" } }] });
    await stage.push(registry, GOOD, layersOf, { prefix: "good/", credential: owner });
    const { host } = await stage.link(registry, LINK);
    const good = imagesAt(host, GOOD, "good/");
    const missing = imagesAt(host, 3, "good/missing-");
    const denied = imagesAt(host, 2, "denied/");
    const lists = {
      good: await stage.fetchFlags(good),
      bad: await stage.fetchFlags([...missing, ...denied, ...good]),
      hanging: await stage.fetchFlags([...imagesAt(hanging.host, 5), ...good]),
    };
    const patience = ["--overall-timeout", `${PATIENCE_S}s`];
    const measure = async (program: Program): Promise<BadRun> => {
      await stage.containerd.removeImages();
      const startedAt = Date.now();
      const { ms, stdout } = await runProgram(program);
      await stage.expectImages(GOOD);
      return { goodMs: lastGood(stdout) - startedAt, ms };
    };
    const withLarder = (flags: readonly string[]) => () =>
      measure(larder([...flags, ...patience, "--output", "ndjson"]));
    const candidates = new Map([
      ["15 good images", withLarder(lists.good)],
      ["and 3 missing, 2 denied", withLarder(lists.bad)],
      ["and 5 at a registry that hangs", withLarder(lists.hanging)],
    ]);
    if (reference) {
      const args = [...lists.bad, ...patience];
      candidates.set("and 3 missing, 2 denied: reference", () => measure({ command: reference, args }));
    }
    const runs = await alternate(rounds, candidates, say);
    const of = (name: string): readonly BadRun[] => runs.get(name) ?? [];
    const goodTimes = (name: string): number[] => of(name).map(({ goodMs }) => goodMs);
    const slower = (name: string) => summarizeRatios(goodTimes(name), goodTimes("15 good images"));
    const afterGood = (name: string) => summarize(of(name).map(({ goodMs, ms }) => (ms - goodMs) / 1_000));
    const isReference = (name: string): boolean => name.endsWith("reference");
    return {
      columns: ["list", "last good image after s", "in relation to good images alone", "end of the run after s"],
      rows: [...candidates.keys()].map((name) => [
        name,
        isReference(name) ? "not said" : formatSummary(summarize(goodTimes(name).map((ms) => ms / 1_000)), 2),
        isReference(name) ? "" : formatSummary(slower(name), 3),
        formatSummary(summarize(of(name).map(({ ms }) => ms / 1_000)), 2),
      ]),
      targets: [
        atMost("the good images beside bad ones, in relation to alone:", slower("and 3 missing, 2 denied"), 1.05, 3),
        atMost("the same beside a registry that hangs:", slower("and 5 at a registry that hangs"), 1.05, 3),
        atMost("end of the run after the last good image, in s:", afterGood("and 3 missing, 2 denied"), 2),
      ],
    };
  });

/** By the event stream; NaN where a program has none. */
function lastGood(stdout: string): number {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { readonly kind?: string; readonly time: string });
  return Math.max(...events.filter(({ kind }) => kind === "pull-succeeded").map(({ time }) => Date.parse(time)));
}
