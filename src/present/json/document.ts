import type { RunRecord } from "#domain/run/run-record.ts";
import { resultOf } from "./result.ts";

/** For streams that hold no run or several: `{schema, results: [result, …]}`. */
const RESULTS_SCHEMA = "larder.dev/results/v1";

/** One JSON document, piece by piece: the result of the run (`RunResult`), or for merged streams a list of them. */
export function* jsonDocument(runs: readonly RunRecord[]): Generator<string> {
  const [only] = runs;
  if (only && runs.length === 1) {
    yield `${JSON.stringify(resultOf(only), null, 2)}\n`;
    return;
  }
  yield `{\n"schema": ${JSON.stringify(RESULTS_SCHEMA)},\n"results": [`;
  for (const [index, run] of runs.entries()) yield `${index === 0 ? "" : ","}\n${JSON.stringify(resultOf(run))}`;
  yield "\n]\n}\n";
}
