import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";
import { resultOf } from "./result.ts";

/** For streams that hold no run or several: `{schema, results: [result, …]}`. */
const RESULTS_SCHEMA = "larder.dev/results/v1";

/** One JSON document at the end: the result of the run (`RunResult`), or for merged streams a list of them. */
export function jsonPresenter(sink: Pick<TextSink, "write">): Presenter {
  const runs = emptyRuns();
  return {
    takes: "events",
    event(event) {
      foldEvent(runs, event);
    },
    end() {
      const all = listRuns(runs);
      const [only] = all;
      if (only && all.length === 1) return sink.write(`${JSON.stringify(resultOf(only), null, 2)}\n`);
      sink.write(`{\n"schema": ${JSON.stringify(RESULTS_SCHEMA)},\n"results": [`);
      for (const [index, run] of all.entries()) {
        sink.write(`${index === 0 ? "" : ","}\n${JSON.stringify(resultOf(run))}`);
      }
      sink.write("\n]\n}\n");
    },
  };
}
