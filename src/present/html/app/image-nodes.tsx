import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import { nodesOfImage, spellingsOf } from "../page/image-nodes.ts";
import type { Selection } from "../page/select.ts";
import { barsOf } from "../page/timeline.ts";
import { OUTCOMES, type PageData, type RunData, UNKNOWN } from "../page-data.ts";
import { Attempts } from "./attempts.tsx";
import { Outcome } from "./outcome.tsx";
import { Pager, usePages } from "./pager.tsx";

const PAGE = 10;

interface ImageNodesProps {
  readonly data: PageData;
  /** Index in `texts`. */
  readonly image: number;
  readonly selection: Selection;
  readonly onSearch: (text: string) => void;
}

/** One image: its other spellings, and what became of it on each node, the bad news first. */
export function ImageNodes({ data, image, selection, onSearch }: ImageNodesProps): JSX.Element {
  const nodes = useMemo(() => nodesOfImage(data, selection, image), [data, selection, image]);
  const spellings = useMemo(() => spellingsOf(data, image), [data, image]);
  const pages = usePages(nodes, PAGE);
  const name = printable(data.texts[image] ?? "");
  return (
    <div class="inside">
      {spellings.length > 0 && (
        <p class="facts">
          also listed as {spellings.map((spelling) => printable(data.texts[spelling] ?? "")).join(", ")}
        </p>
      )}
      <ol class="nodes">
        {pages.items.map(({ run, place }) => {
          const record = data.runs[run];
          return record && <OnNode key={run} data={data} run={record} place={place} onSearch={onSearch} />;
        })}
      </ol>
      <Pager pages={pages} what={`nodes of ${name}`} />
    </div>
  );
}

interface OnNodeProps {
  readonly data: PageData;
  readonly run: RunData;
  readonly place: number;
  readonly onSearch: (text: string) => void;
}

function OnNode({ data, run, place, onSearch }: OnNodeProps): JSX.Element {
  const outcome = OUTCOMES[run.images.outcome[place] ?? UNKNOWN] ?? "unfinished";
  const durationMs = run.images.durationMs[place] ?? UNKNOWN;
  return (
    <li>
      {data.runs.length > 1 && (
        <button type="button" class="name" title="Search for it" onClick={() => onSearch(run.node)}>
          {printable(run.node)}
        </button>
      )}{" "}
      <Outcome outcome={outcome} />
      {durationMs !== UNKNOWN && ` ${formatDuration(durationMs)}`}
      <Attempts data={data} run={run} bars={barsOf(run, [place])} />
    </li>
  );
}
