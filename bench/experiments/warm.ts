import { emptyNode, larder, type Program, runToEnd } from "../program.ts";
import { atMost, formatSummary } from "../report.ts";
import { imagesAt, onStage } from "../stage.ts";
import { alternate, summarize } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";

const IMAGES = 20;
const ROUNDS = 15;

interface WarmRun {
  readonly ms: number;
  /** How many requests the registry saw. */
  readonly requests: number;
}

/** Twenty images that are all there: nothing is asked of the registry, and it costs little more than to start Node. */
export const warm: Experiment = ({ reference, say }) =>
  onStage(async (stage) => {
    const registry = await stage.openRegistry();
    await stage.push(registry, IMAGES, () => [100_000]);
    const flags = await stage.fetchFlags(imagesAt(registry.host, IMAGES));
    await runToEnd(larder(flags));
    const measure = async (program: Program): Promise<WarmRun> => {
      const before = registry.requests().length;
      const { ms } = await runToEnd(program);
      return { ms, requests: registry.requests().length - before };
    };
    const candidates = new Map([
      ["larder", () => measure(larder(flags))],
      ["an empty Node", () => measure(emptyNode())],
    ]);
    if (reference) candidates.set("reference", () => measure({ command: reference, args: flags }));
    const runs = await alternate(ROUNDS, candidates, say);
    const of = (name: string): readonly WarmRun[] => runs.get(name) ?? [];
    const requests = (name: string) => summarize(of(name).map((run) => run.requests));
    const above = (name: string) =>
      summarize(of(name).map(({ ms }, round) => ms - (of("an empty Node")[round]?.ms ?? 0)));
    return {
      columns: ["program", "time in ms", "ms above an empty Node", "requests at the registry"],
      rows: [...candidates.keys()].map((name) => [
        name,
        formatSummary(summarize(of(name).map(({ ms }) => ms)), 0),
        formatSummary(above(name), 0),
        formatSummary(requests(name), 0),
      ]),
      targets: [
        { what: "no request to the registry", met: requests("larder").max === 0 },
        atMost("ms above an empty Node:", above("larder"), 150, 0),
      ],
    };
  });
