/**
 * The JUnit report, as CI systems read it: one test suite for each run on a node, one test case for each image. A case passes
 * when the node has the image, fails when the image cannot be had (`failure`), and is in error when the run ended before
 * that was known (`error`: deadline, interrupt, full disk, a stream that was cut).
 *
 * The format has no standard; this keeps to what the schemas of Surefire and of Jenkins' xUnit plugin have in common, and is
 * written as it goes, since a tree of 500,000 cases would not fit.
 */
import type { RunRecord } from "#domain/run/run-record.ts";
import { countStocked, durationOfRun, outcomeOfRun } from "#domain/run/selectors.ts";
import { formatTimestamp } from "../wording/timestamp.ts";
import { testCase } from "./test-case.ts";
import { formatSeconds } from "./time.ts";
import { xmlAttributes, xmlText } from "./xml.ts";

export function* junitDocument(runs: readonly RunRecord[]): Generator<string> {
  const totals = runs.map(countsOf);
  const sum = (key: keyof Counts): number => totals.reduce((total, counts) => total + counts[key], 0);
  const seconds = runs.reduce((total, run) => total + durationOfRun(run), 0);
  const all = { tests: sum("tests"), failures: sum("failures"), errors: sum("errors"), time: formatSeconds(seconds) };
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${xmlAttributes({ name: "larder", ...all })}>\n`;
  const seen = nodesSeenTwice(runs);
  for (const run of runs) yield* testSuite(run, seen.has(run.node) ? `${run.node} (${run.run})` : run.node);
  yield "</testsuites>\n";
}

function* testSuite(run: RunRecord, name: string): Generator<string> {
  const { tests, failures, errors } = countsOf(run);
  const timestamp = formatTimestamp(run.startedMs).replace(/\.\d{3}Z$/, "");
  const time = formatSeconds(durationOfRun(run));
  yield `<testsuite${xmlAttributes({ name, tests, failures, errors, skipped: 0, time, timestamp, hostname: run.node })}>\n`;
  yield `<properties>\n${propertiesOf(run)}</properties>\n`;
  // Jenkins takes what stands before the last dot as a package.
  const className = `larder.${name.replaceAll(".", "_")}`;
  for (const image of run.images.values()) yield testCase(image, className);
  if (run.warnings.length > 0) yield `<system-err>${xmlText(warningsOf(run))}</system-err>\n`;
  yield "</testsuite>\n";
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

function countsOf(run: RunRecord): Counts {
  const tests = run.images.size;
  const failures = run.counts.failed;
  return { tests, failures, errors: tests - countStocked(run) - failures };
}

/** Nodes with several runs: the node alone would not name a suite. */
function nodesSeenTwice(runs: readonly RunRecord[]): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { node } of runs) {
    if (once.has(node)) twice.add(node);
    once.add(node);
  }
  return twice;
}

function propertiesOf(run: RunRecord): string {
  const { runtime } = run;
  const known = {
    node: run.node,
    run: run.run,
    outcome: outcomeOfRun(run),
    larder: run.larder ?? undefined,
    runtime: runtime.kind === "connected" ? `${runtime.name} ${runtime.version}` : undefined,
  };
  return Object.entries(known)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<property${xmlAttributes({ name, value })}/>\n`)
    .join("");
}

function warningsOf(run: RunRecord): string {
  return run.warnings.map(({ code, message }) => `warning: ${message} [${code}]`).join("\n");
}
