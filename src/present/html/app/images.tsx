import type { JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import { formatSize } from "../../wording/size.ts";
import { formatNumber } from "../page/number.ts";
import { type ImageOrder, imageOrders, sortImages } from "../page/order.ts";
import { type ImageRow, imageRows, stockedOf } from "../page/rows.ts";
import type { Selection } from "../page/select.ts";
import { OUTCOMES, type PageData, UNKNOWN } from "../page-data.ts";
import { Choice } from "./choice.tsx";
import { ImageNodes } from "./image-nodes.tsx";
import { Outcome } from "./outcome.tsx";
import { OutcomeBar } from "./outcome-bar.tsx";
import { Pager, usePages } from "./pager.tsx";

const PAGE = 25;

interface ImagesProps {
  readonly data: PageData;
  readonly selection: Selection;
  readonly onSearch: (text: string) => void;
}

/** A row for each image: on how many nodes it is, how long it took, how large it is. */
export function Images({ data, selection, onSearch }: ImagesProps): JSX.Element {
  const [order, setOrder] = useState<ImageOrder>("listed");
  const rows = useMemo(() => sortImages(imageRows(data, selection), data, order), [data, selection, order]);
  const pages = usePages(rows, PAGE);
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <div class="head">
        <h2 id={heading}>
          Images <span class="count">{formatNumber(rows.length)}</span>
        </h2>
        {rows.length > 1 && <Choice name="Order" value={order} choices={imageOrders} onChoose={setOrder} />}
      </div>
      <div class="card">
        {rows.length === 0 && <p class="note">Nothing matches.</p>}
        <ol class="rows">
          {pages.items.map((row) => (
            <ImageRowItem key={row.image} data={data} row={row} selection={selection} onSearch={onSearch} />
          ))}
        </ol>
      </div>
      <Pager pages={pages} what="images" />
    </section>
  );
}

interface ImageRowProps extends ImagesProps {
  readonly row: ImageRow;
}

function ImageRowItem({ data, row, selection, onSearch }: ImageRowProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const inside = useId();
  return (
    <li class="row">
      <div class="line of-image">
        <button
          type="button"
          class="open"
          aria-expanded={isOpen}
          aria-controls={inside}
          onClick={() => setOpen(!isOpen)}
        >
          {printable(data.texts[row.image] ?? "")}
        </button>
        <Share row={row} />
        <span class="time">{timesOf(row)}</span>
        <span class="size">{row.sizeBytes === UNKNOWN ? "" : formatSize(row.sizeBytes)}</span>
      </div>
      <div id={inside}>
        {isOpen && <ImageNodes data={data} image={row.image} selection={selection} onSearch={onSearch} />}
      </div>
    </li>
  );
}

/** For one node what became of it, for several on how many it is. */
function Share({ row }: { readonly row: ImageRow }): JSX.Element {
  if (row.runs === 1) return <Outcome outcome={OUTCOMES[row.outcomes.findIndex(Boolean)] ?? "unfinished"} />;
  const stocked = stockedOf(row.outcomes);
  return (
    <span class="share-bar">
      <OutcomeBar outcomes={row.outcomes} />
      <span class={`share ${stocked === row.runs ? "good" : "bad"}`}>
        {formatNumber(stocked)} of {formatNumber(row.runs)}
      </span>
    </span>
  );
}

function timesOf({ pulls, totalMs, longestMs }: ImageRow): string {
  if (pulls === 0) return "";
  if (pulls === 1) return formatDuration(totalMs);
  return `${formatDuration(totalMs / pulls)}, at most ${formatDuration(longestMs)}`;
}
