/**
 * How fast and how lean Larder is, measured in pairs: `npm run bench -- [--against PROGRAM] [--only NAME,…] [--rounds N] [--write]`.
 * It needs what `npm run test:system` needs. docs/benchmarks.md says what each experiment is and what it found; `--write` puts
 * the tables there. Ends 0 if every target is met.
 */
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { badImages } from "./experiments/bad-images.ts";
import { cold } from "./experiments/cold.ts";
import type { Experiment } from "./experiments/experiment.ts";
import { fold } from "./experiments/fold.ts";
import { guard } from "./experiments/guard.ts";
import { memory } from "./experiments/memory.ts";
import { parallel } from "./experiments/parallel.ts";
import { scale } from "./experiments/scale.ts";
import { start } from "./experiments/start.ts";
import { warm } from "./experiments/warm.ts";
import { runToEnd } from "./program.ts";
import { formatFinding, replaceSection } from "./report.ts";

const experiments: Readonly<Record<string, Experiment>> = {
  cold,
  parallel,
  warm,
  "bad-images": badImages,
  memory,
  start,
  fold,
  guard,
  scale,
};
const document = new URL("../docs/benchmarks.md", import.meta.url);

const { values } = parseArgs({
  options: {
    against: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    write: { type: "boolean", default: false },
  },
});
const names = values.only?.split(",") ?? Object.keys(experiments);
const setting = {
  reference: values.against,
  rounds: Number(values.rounds),
  say: (line: string) => console.error(`  ${line}`),
};

/** Of the last minute, before anything was measured: what else the machine had to do. */
const [loadBefore = Number.NaN] = loadavg();
const missed: string[] = [];
for (const name of names) {
  const experiment = experiments[name];
  if (!experiment)
    throw new Error(`there is no experiment ${name}: choose from ${Object.keys(experiments).join(", ")}`);
  console.error(`${name} …`);
  const finding = await experiment(setting);
  const text = formatFinding(finding);
  console.log(`\n${name}\n\n${text}\n`);
  missed.push(...finding.targets.filter(({ met }) => !met).map(({ what }) => `${name}: ${what}`));
  if (values.write) await replaceSection(document, name, text);
}
if (values.write) await replaceSection(document, "machine", await describeMachine());
console.log(missed.length === 0 ? "Every target is met." : `Missed: ${missed.join("; ")}`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** What figures depend on, and nothing by which the machine could be found. */
async function describeMachine(): Promise<string> {
  const { stdout } = await runToEnd({ command: "containerd", args: ["--version"] });
  const containerd = stdout.split(" ")[2] ?? "unknown";
  const cores = availableParallelism();
  const busy = `load ${loadBefore.toFixed(1)} before the first measurement`;
  return `${cores} cores, Linux on ${process.arch}, Node ${process.versions.node}, containerd ${containerd}; ${busy}.`;
}
