import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";
import { jsonDocument } from "./document.ts";

/** One JSON document at the end. */
export function jsonPresenter(sink: Pick<TextSink, "write">): Presenter {
  const runs = emptyRuns();
  return {
    takes: "events",
    event(event) {
      foldEvent(runs, event);
    },
    end() {
      for (const text of jsonDocument(listRuns(runs))) sink.write(text);
    },
  };
}
