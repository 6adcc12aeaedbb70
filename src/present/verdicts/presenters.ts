import { emptyVerdicts, foldVerdict } from "#domain/verdict/fold.ts";
import type { TextSink } from "#ports/terminal.ts";
import { formatStreamLine } from "../ndjson/presenter.ts";
import type { VerdictPresenter } from "../presenter.ts";
import { formatLine } from "../text/line.ts";
import { verdictsJson } from "./json.ts";
import { verdictSummary, warningLine } from "./text.ts";

/** The stream itself, as published in `schema/verdict.schema.json`. */
export function verdictNdjsonPresenter(sink: Pick<TextSink, "write">): VerdictPresenter {
  return {
    takes: "verdicts",
    verdict(line) {
      sink.write(`${formatStreamLine(line)}\n`);
    },
    end() {},
  };
}

/** One JSON document at the end (`VerdictsResult`). */
export function verdictJsonPresenter(sink: Pick<TextSink, "write">): VerdictPresenter {
  const set = emptyVerdicts();
  return {
    takes: "verdicts",
    verdict(line) {
      foldVerdict(set, line);
    },
    end() {
      for (const text of verdictsJson(set)) sink.write(text);
    },
  };
}

/** Warnings as they come; the trouble and the sum at the end, when the latest verdicts are known. */
export function verdictTextPresenter(
  sink: Pick<TextSink, "write">,
  { colour = false }: { readonly colour?: boolean } = {},
): VerdictPresenter {
  const set = emptyVerdicts();
  return {
    takes: "verdicts",
    verdict(line) {
      if (line.kind === "warning") sink.write(`${formatLine(warningLine(line), colour)}\n`);
      foldVerdict(set, line);
    },
    end() {
      for (const text of verdictSummary(set, colour)) sink.write(text);
    },
  };
}
