import type { JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { formatNumber } from "../page/number.ts";
import { type NodeOrder, nodeOrders, sortNodes } from "../page/order.ts";
import { nodeRows } from "../page/rows.ts";
import type { Selection } from "../page/select.ts";
import { type Alignment, loadOf, spanOf, ticksOf, usualAlignment } from "../page/timeline.ts";
import type { PageData } from "../page-data.ts";
import { Choice } from "./choice.tsx";
import { LoadChart } from "./load-chart.tsx";
import { NodeRowItem } from "./node-row.tsx";
import { Pager, usePages } from "./pager.tsx";

const PAGE = 25;
const LOAD_PARTS = 200;
const TICKS_MAX = 6;

const alignments: Readonly<Record<Alignment, string>> = { clock: "by the clock", start: "since each started" };

/** The pulls of each node on a line of time; a node that is opened shows its images. */
export function Timeline({ data, selection }: { readonly data: PageData; readonly selection: Selection }): JSX.Element {
  const [alignment, setAlignment] = useState(() => usualAlignment(data));
  const [order, setOrder] = useState<NodeOrder>("listed");
  const span = useMemo(() => spanOf(data.runs, alignment), [data, alignment]);
  const load = useMemo(() => loadOf(data, selection, span, LOAD_PARTS), [data, selection, span]);
  const rows = useMemo(() => sortNodes(nodeRows(data, selection), data, order), [data, selection, order]);
  const pages = usePages(rows, PAGE);
  const ticks = ticksOf(span.lengthMs, TICKS_MAX);
  const what = useMemo(() => (data.runs.length > countNodes(data) ? "run" : "node"), [data]);
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <div class="head">
        <h2 id={heading}>
          Timeline{" "}
          <span class="count">
            {formatNumber(rows.length)} {rows.length === 1 ? what : `${what}s`}
          </span>
        </h2>
        {data.runs.length > 1 && (
          <>
            <Choice name="Order" value={order} choices={nodeOrders} onChoose={setOrder} />
            <Choice name="Time" value={alignment} choices={alignments} onChoose={setAlignment} />
          </>
        )}
      </div>
      <div class="card">
        <LoadChart load={load} span={span} ticks={ticks} />
        {rows.length === 0 && <p class="note">Nothing matches.</p>}
        <ol class="rows">
          {pages.items.map((row) => (
            <NodeRowItem
              key={row.run}
              data={data}
              row={row}
              places={selection.places[row.run] ?? []}
              span={span}
              ticks={ticks}
              isOpenAtFirst={data.runs.length === 1}
              isNodeEnough={what === "node"}
            />
          ))}
        </ol>
      </div>
      <Pager pages={pages} what={`${what}s`} />
    </section>
  );
}

function countNodes({ runs }: PageData): number {
  return new Set(runs.map(({ node }) => node)).size;
}
