import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { printable } from "../../wording/printable.ts";
import { formatNumber } from "../page/number.ts";
import type { PageData } from "../page-data.ts";
import { Pager, usePages } from "./pager.tsx";

const PAGE = 20;

/** What the runs warned of, each once, with the number of runs that did. */
export function Warnings({ data }: { readonly data: PageData }): JSX.Element | null {
  const warnings = useMemo(() => countWarnings(data), [data]);
  const pages = usePages(warnings, PAGE);
  if (warnings.length === 0) return null;
  return (
    <section aria-labelledby="warnings">
      <h2 id="warnings">Warnings</h2>
      <ul class="card warnings">
        {pages.items.map(([message, count]) => (
          <li key={message}>
            {printable(message)} {count > 1 && <span class="count">in {formatNumber(count)} runs</span>}
          </li>
        ))}
      </ul>
      <Pager pages={pages} what="warnings" />
    </section>
  );
}

function countWarnings({ runs }: PageData): readonly (readonly [message: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const message of runs.flatMap(({ warnings }) => warnings)) counts.set(message, (counts.get(message) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
