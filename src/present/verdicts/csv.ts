/** Verdicts as CSV: one row for each. The format is that of the other CSV report. */
import type { FreeColumn } from "#domain/report/report-request.ts";
import { type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import { plain, type Row, rowsText } from "../csv/table.ts";
import { withVisibleControls } from "../wording/visible-controls.ts";

const ROWS_AT_ONCE = 1_000;

const columnNames = ["node", "image", "secret", "verdict", "protection", "reason", "kubelet", "cause", "class"];

export function* verdictsCsv(set: VerdictSet, columns: readonly FreeColumn[]): Generator<string> {
  const free = columns.map(({ value }) => withVisibleControls(value));
  const rows = verdictsOf(set).map(
    ({ node, image, secret, verdict, protection, reason, kubelet, cause, class: failureClass }): Row => [
      ...[node, image, secret ?? "", verdict, protection, reason, kubelet ?? "", cause ?? "", failureClass ?? ""].map(
        plain,
      ),
      ...free,
    ],
  );
  yield rowsText([[...columnNames, ...columns.map(({ name }) => name)]]);
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE)
    yield rowsText(rows.slice(first, first + ROWS_AT_ONCE));
}
