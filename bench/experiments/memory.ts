import { emptyNode, larder, peakMemoryOf } from "../program.ts";
import { atMost, formatSummary } from "../report.ts";
import { imagesAt, onStage } from "../stage.ts";
import { alternate, summarize } from "../statistics.ts";
import type { Experiment } from "./experiment.ts";
import { nodeLines } from "./node-lines.ts";

const IMAGES = 100;
const ROUNDS = 5;
/** As the agent's image sets them: Larder keeps little, so the heap need not grow before it is tidied up. */
const AGENT_FLAGS = ["--max-semi-space-size=1", "--max-old-space-size=32"] as const;
const LIMIT_MIB = 32;

/** The peak of resident memory while a hundred images are pulled, above that of a Node that does nothing. */
export const memory: Experiment = ({ say }) =>
  onStage(async (stage) => {
    const registry = await stage.openRegistry();
    await stage.push(registry, IMAGES, () => [50_000]);
    const flags = await stage.fetchFlags(imagesAt(registry.host, IMAGES));
    const lines = await nodeLines();
    const fetch = async (node: string, nodeFlags: readonly string[]): Promise<number> => {
      await stage.containerd.removeImages();
      const peak = await peakMemoryOf(larder(flags, nodeFlags, node));
      await stage.expectImages(IMAGES);
      return peak;
    };
    const rows: string[][] = [];
    const targets = [];
    for (const [version, node] of lines) {
      const candidates = new Map([
        ["empty", () => peakMemoryOf(emptyNode([...AGENT_FLAGS], node))],
        ["fetch", () => fetch(node, AGENT_FLAGS)],
        ["fetch without flags", () => fetch(node, [])],
      ]);
      const peaks = await alternate(ROUNDS, candidates, (line) => say(`Node ${version}, ${line}`));
      const of = (name: string): readonly number[] => peaks.get(name) ?? [];
      const above = summarize(of("fetch").map((peak, round) => peak - (of("empty")[round] ?? 0)));
      rows.push([
        version,
        ...[...candidates.keys()].map((name) => formatSummary(summarize(of(name)), 1)),
        formatSummary(above, 1),
      ]);
      targets.push(atMost(`Node ${version}, MiB above an empty one:`, above, LIMIT_MIB, 1));
    }
    return {
      columns: [
        "Node",
        "empty, MiB",
        "fetch of 100 images, MiB",
        "the same without the flags, MiB",
        "above empty, MiB",
      ],
      rows,
      targets,
    };
  });
