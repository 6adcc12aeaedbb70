import { larder } from "../program.ts";
import { formatSummary } from "../report.ts";
import { alternate, summarize, summarizeRatios } from "../statistics.ts";
import { type ColdRun, onColdNode } from "./cold-node.ts";
import type { Experiment } from "./experiment.ts";

const SWEEP = ["1", "2", "4", "8", "16", "32"] as const;

/** The same cold node with other values of `--parallel`: where its default comes from. */
export const parallel: Experiment = ({ rounds, say }) =>
  onColdNode(async (node) => {
    const candidates = new Map(
      SWEEP.map((count): [string, () => Promise<ColdRun>] => [
        count,
        () => node.measure((flags) => larder([...flags, "--parallel", count])),
      ]),
    );
    const runs = await alternate(rounds, candidates, say);
    const times = (count: string): number[] => (runs.get(count) ?? []).map(({ ms }) => ms);
    return {
      columns: ["--parallel", "time in s", "share of the link's rate", "time in relation to 1"],
      rows: SWEEP.map((count) => [
        count,
        formatSummary(summarize(times(count).map((ms) => ms / 1_000)), 2),
        formatSummary(summarize((runs.get(count) ?? []).map(({ rate }) => rate)), 3),
        formatSummary(summarizeRatios(times(count), times("1")), 3),
      ]),
      targets: [],
    };
  });
