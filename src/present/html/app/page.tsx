import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { createSelect, noFilter } from "../page/select.ts";
import { sumsOf } from "../page/sums.ts";
import type { PageData } from "../page-data.ts";
import { Failures } from "./failures.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { Images } from "./images.tsx";
import { Overview } from "./overview.tsx";
import { Timeline } from "./timeline.tsx";
import { Warnings } from "./warnings.tsx";

export function Page({ data }: { readonly data: PageData }): JSX.Element {
  const select = useMemo(() => createSelect(data), [data]);
  const sums = useMemo(() => sumsOf(data), [data]);
  const [filter, setFilter] = useState(noFilter);
  const selection = useMemo(() => select(filter), [select, filter]);
  const search = (text: string): void => {
    setFilter({ ...noFilter, text });
    document.getElementById("search")?.focus();
  };
  return (
    <>
      <a class="skip" href="#found">
        Skip to the results
      </a>
      <Overview data={data} sums={sums} />
      <main>
        <FilterBar data={data} sums={sums} filter={filter} selection={selection} onFilter={setFilter} />
        <div id="found" tabIndex={-1}>
          <Failures data={data} selection={selection} onSearch={search} />
          <Timeline data={data} selection={selection} />
          <Images data={data} selection={selection} onSearch={search} />
          <Warnings data={data} />
        </div>
      </main>
      <footer>
        <p>Made by Larder from the event stream of {data.runs.length === 1 ? "one run" : "these runs"}.</p>
      </footer>
    </>
  );
}
