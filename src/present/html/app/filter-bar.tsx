import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { formatNumber } from "../page/number.ts";
import { outcomeWords } from "../page/outcome-words.ts";
import { type Filter, noFilter, type Selection } from "../page/select.ts";
import type { Sums } from "../page/sums.ts";
import { OUTCOMES, type PageData } from "../page-data.ts";

/** Long enough that a search runs when somebody has stopped typing, in ms. */
const TYPING_MS = 150;

interface FilterBarProps {
  readonly data: PageData;
  readonly sums: Sums;
  readonly filter: Filter;
  readonly selection: Selection;
  readonly onFilter: (filter: Filter) => void;
}

export function FilterBar({ data, sums, filter, selection, onFilter }: FilterBarProps): JSX.Element {
  const { outcomes: counts, images } = sums;
  const classes = useMemo(() => classesOf(data), [data]);
  const toggle = (outcome: number): void => {
    const outcomes = new Set(filter.outcomes);
    if (!outcomes.delete(outcome)) outcomes.add(outcome);
    onFilter({ ...filter, outcomes });
  };
  const isFiltered = filter.text !== "" || filter.outcomes.size > 0 || filter.class !== undefined;
  return (
    <search class="filter-bar">
      <SearchField text={filter.text} onText={(text) => onFilter({ ...filter, text })} />
      {classes.length > 0 && (
        <label class="field">
          <span>Failure class</span>
          <select
            value={filter.class ?? ""}
            onChange={({ currentTarget: { value } }) =>
              onFilter({ ...filter, class: value === "" ? undefined : Number(value) })
            }
          >
            <option value="">any</option>
            {classes.map((index) => (
              <option key={index} value={index}>
                {FAILURE_CLASSES[index]}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="chips" role="group" aria-label="Outcomes">
        {OUTCOMES.map((outcome, index) =>
          counts[index] ? (
            <button
              type="button"
              key={outcome}
              class="chip"
              aria-pressed={filter.outcomes.has(index)}
              onClick={() => toggle(index)}
            >
              <span class={`swatch ${outcome}`} aria-hidden="true" />
              {formatNumber(counts[index])} {outcomeWords[outcome]}
            </button>
          ) : null,
        )}
      </div>
      <p class="count" role="status">
        {isFiltered
          ? `${formatNumber(selection.count)} of ${formatNumber(images)} shown`
          : `${formatNumber(images)} shown`}
      </p>
      {isFiltered && (
        <button type="button" class="plain" onClick={() => onFilter(noFilter)}>
          Show all
        </button>
      )}
    </search>
  );
}

/** Keeps what is typed at once, and searches a moment later. */
function SearchField({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class="field search">
      <span>Search</span>
      <input
        id="search"
        type="search"
        value={typed}
        placeholder="image, node, class, words"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}

/** Failure classes that any image has. */
function classesOf({ runs }: PageData): readonly number[] {
  const found = new Set(runs.flatMap(({ images }) => [...new Set(images.class)]));
  return [...FAILURE_CLASSES.keys()].filter((index) => found.has(index));
}
