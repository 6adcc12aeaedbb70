/**
 * Verdicts as JUnit: one test suite for each node, one test case for each image with its secret. A case passes when the kubelet
 * serves the image, fails when it is refused or absent, and is in error when nobody can say. What is unprotected passes, and
 * its output says so, since a node with a credential of its own makes that right.
 */
import { type ProvingRun, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";
import { formatSeconds } from "../junit/time.ts";
import { xmlAttributes, xmlText } from "../junit/xml.ts";
import { printable } from "../wording/printable.ts";
import { formatTimestamp } from "../wording/timestamp.ts";
import { durationOfProving } from "./json.ts";
import { imageText, warningLine } from "./text.ts";

export function* verdictsJunit(set: VerdictSet): Generator<string> {
  const verdicts = verdictsOf(set);
  const runs = [...set.runs.values()];
  const time = formatSeconds(runs.reduce((total, run) => total + durationOfProving(run), 0));
  const about = { started: Math.min(...runs.map(({ startedMs }) => startedMs)), properties: propertiesOf(runs) };
  const warnings = runs.flatMap((run) => run.warnings).map((warning) => `warning: ${warningLine(warning).text}`);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${xmlAttributes({ name: "larder", ...countsOf(verdicts), time })}>\n`;
  for (const [node, some] of byNode(verdicts)) yield* testSuite(node, some, about, warnings);
  yield "</testsuites>\n";
}

function byNode(verdicts: readonly Verdict[]): ReadonlyMap<string, readonly Verdict[]> {
  const nodes = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const known = nodes.get(verdict.node);
    if (known) known.push(verdict);
    else nodes.set(verdict.node, [verdict]);
  }
  return nodes;
}

interface About {
  /** In ms since 1970. */
  readonly started: number;
  readonly properties: string;
}

function* testSuite(
  node: string,
  verdicts: readonly Verdict[],
  { started, properties }: About,
  warnings: readonly string[],
): Generator<string> {
  const counts = { ...countsOf(verdicts), skipped: 0, time: "0.000" };
  const timestamp = formatTimestamp(started).replace(/\.\d{3}Z$/, "");
  yield `<testsuite${xmlAttributes({ name: node, ...counts, timestamp, hostname: node })}>\n`;
  yield `<properties>\n${properties}</properties>\n`;
  // Jenkins takes what stands before the last dot as a package.
  const classname = `larder.${node.replaceAll(".", "_")}`;
  for (const verdict of verdicts) yield testCase(verdict, classname);
  if (warnings.length > 0) yield `<system-err>${xmlText(warnings.join("\n"))}</system-err>\n`;
  yield "</testsuite>\n";
}

function propertiesOf(runs: readonly ProvingRun[]): string {
  const known = runs.flatMap(({ run, stock, finish, larder }) => [
    ["run", run],
    ["stock", stock],
    ["outcome", finish?.outcome ?? "unfinished"],
    ["larder", larder],
  ]);
  return known
    .map(([name, value]) => `<property${xmlAttributes({ name: name ?? "", value: value ?? "" })}/>\n`)
    .join("");
}

function countsOf(verdicts: readonly Verdict[]): { tests: number; failures: number; errors: number } {
  const failures = verdicts.filter(({ verdict }) => verdict === "refused" || verdict === "absent").length;
  const errors = verdicts.filter(({ verdict }) => verdict === "unknown").length;
  return { tests: verdicts.length, failures, errors };
}

function testCase(verdict: Verdict, classname: string): string {
  const open = `<testcase${xmlAttributes({ name: imageText(verdict), classname, time: "0.000" })}`;
  const inside = `${problemOf(verdict)}${outputOf(verdict)}`;
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}</testcase>\n`;
}

function problemOf({ verdict, reason, kubelet, cause, class: failureClass }: Verdict): string {
  if (verdict === "served") return "";
  const element = verdict === "unknown" ? "error" : "failure";
  const type = cause ?? failureClass ?? verdict;
  const message = `${verdict}: ${printable(reason)}`;
  return `<${element}${xmlAttributes({ type, message })}>${xmlText(kubelet ?? "")}</${element}>\n`;
}

function outputOf({ protection }: Verdict): string {
  if (protection !== "unprotected") return "";
  return "<system-out>unprotected: a pod without the secret gets it, too</system-out>\n";
}
