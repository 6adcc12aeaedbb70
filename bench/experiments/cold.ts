import { larder } from "../program.ts";
import { atLeast, atMost, formatSummary } from "../report.ts";
import { alternate, type Summary, summarize, summarizeRatios } from "../statistics.ts";
import { type ColdRun, onColdNode } from "./cold-node.ts";
import type { Experiment } from "./experiment.ts";

/** Twenty images that the node has not: Larder, the reference, one pull at a time, and the link itself. */
export const cold: Experiment = ({ reference, rounds, say }) =>
  onColdNode(async (node) => {
    const candidates = new Map<string, () => Promise<ColdRun>>([
      ["larder", () => node.measure(larder)],
      ["larder, one at a time", () => node.measure((flags) => larder([...flags, "--parallel", "1"]))],
      ["the link alone", () => node.measureLink()],
    ]);
    if (reference) candidates.set("reference", () => node.measure((args) => ({ command: reference, args })));
    const runs = await alternate(rounds, candidates, say);
    const times = (name: string): number[] => (runs.get(name) ?? []).map(({ ms }) => ms);
    const rate = (name: string): Summary => summarize((runs.get(name) ?? []).map((run) => run.rate));
    const inverse = (name: string): Summary => summarizeRatios(times("larder"), times(name));
    return {
      columns: ["program", "time in s", "share of the link's rate", "larder's time in relation to it"],
      rows: [...candidates.keys()].map((name) => [
        name,
        formatSummary(summarize(times(name).map((ms) => ms / 1_000)), 2),
        formatSummary(rate(name), 3),
        formatSummary(inverse(name), 3),
      ]),
      targets: [
        ...(reference ? [atMost("time in relation to the reference's:", inverse("reference"), 1, 3)] : []),
        atMost("time in relation to one at a time:", inverse("larder, one at a time"), 1, 3),
        atLeast("share of the link's rate:", rate("larder"), 0.9, 3),
      ],
    };
  });
