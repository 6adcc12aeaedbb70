import { changedVerdicts, type VerdictChange } from "#domain/verdict/change.ts";
import { emptyVerdicts, foldVerdict, verdictsOf } from "#domain/verdict/fold.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { VerdictPresenter } from "../presenter.ts";
import { formatLine, type Line } from "../text/line.ts";
import { formatCount } from "../wording/count.ts";
import { printable, quoted } from "../wording/printable.ts";
import { imageText, warningLine } from "./text.ts";

export interface ChangesOptions {
  readonly output: "text" | "json";
  /** @default false */
  readonly colour?: boolean;
}

/** Tells, when the stream is over, which verdicts are others than before. As JSON: `{changes: VerdictChange[]}`. */
export function changesPresenter(
  before: readonly Verdict[],
  sink: Pick<TextSink, "write">,
  { output, colour = false }: ChangesOptions,
): VerdictPresenter {
  const set = emptyVerdicts();
  const tell = (line: Line): void => {
    sink.write(`${formatLine(line, colour)}\n`);
  };
  return {
    takes: "verdicts",
    verdict(line) {
      if (line.kind === "warning" && output === "text") tell(warningLine(line));
      foldVerdict(set, line);
    },
    end() {
      const changes = changedVerdicts(before, verdictsOf(set));
      if (output === "json") sink.write(`${JSON.stringify({ changes }, null, 2)}\n`);
      else for (const line of changeLines(changes)) tell(line);
    },
  };
}

function* changeLines(changes: readonly VerdictChange[]): Generator<Line> {
  for (const change of changes) yield changeLine(change);
  const isGood = changes.every(({ after }) => after === null || isWell(after));
  const text = changes.length === 0 ? "nothing changed" : `${formatCount(changes.length, "verdict")} changed`;
  yield { word: "summary", tone: isGood ? "good" : "bad", text };
}

function changeLine({ before, after, ...subject }: VerdictChange): Line {
  const where = `${imageText(subject)} on ${printable(subject.node)}`;
  if (after === null) return { word: "gone", text: `${where}: was ${stateOf(before)}` };
  const words = after.kubelet === null ? "" : `: ${quoted(after.kubelet)}`;
  const why = isWell(after) ? "" : `: ${printable(after.reason)}${words}`;
  const from = before === null ? "new" : `was ${stateOf(before)}`;
  return { word: after.verdict, text: `${where} (${from})${why}` };
}

function isWell({ verdict, protection }: Verdict): boolean {
  return verdict === "served" && protection !== "unprotected";
}

function stateOf(verdict: Verdict | null): string {
  if (verdict === null) return "not proven";
  return verdict.protection === "unprotected" ? `${verdict.verdict}, unprotected` : verdict.verdict;
}
