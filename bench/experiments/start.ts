import { emptyNode, larder, runToEnd } from "../program.ts";
import { atMost, formatSummary } from "../report.ts";
import { alternate, summarize, summarizeRatios } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";
import { nodeLines } from "./node-lines.ts";

const ROUNDS = 41;

/** What a call costs that does next to nothing. */
export const start: Experiment = async ({ say }) => {
  const rows: string[][] = [];
  const targets = [];
  for (const [version, node] of await nodeLines()) {
    const timed = async (program: Parameters<typeof runToEnd>[0]): Promise<number> => (await runToEnd(program)).ms;
    const candidates = new Map([
      ["empty", () => timed(emptyNode([], node))],
      ["--version", () => timed(larder(["--version"], [], node))],
      ["--help", () => timed(larder(["--help"], [], node))],
    ]);
    say(`Node ${version}`);
    const times = await alternate(ROUNDS, candidates);
    const of = (name: string): readonly number[] => times.get(name) ?? [];
    const ratio = (name: string) => summarizeRatios(of(name), of("empty"));
    rows.push([
      version,
      formatSummary(summarize(of("empty")), 0),
      formatSummary(ratio("--version"), 2),
      formatSummary(ratio("--help"), 2),
    ]);
    targets.push(atMost(`Node ${version}, --version in relation to an empty Node:`, ratio("--version"), 1.2));
  }
  return { columns: ["Node", "empty, ms", "larder --version, ratio", "larder --help, ratio"], rows, targets };
};
