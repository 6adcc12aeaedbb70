import type { JSX } from "preact";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import { runOutcomeWords } from "../../wording/run-outcome.ts";
import { formatSize } from "../../wording/size.ts";
import { formatMoment } from "../../wording/timestamp.ts";
import { headlineOf } from "../page/headline.ts";
import { formatNumber } from "../page/number.ts";
import { stockedOf } from "../page/rows.ts";
import type { Sums } from "../page/sums.ts";
import type { PageData } from "../page-data.ts";
import { OutcomeBar } from "./outcome-bar.tsx";

/** What became of it all: one sentence, a bar, and a few numbers. */
export function Overview({ data, sums }: { readonly data: PageData; readonly sums: Sums }): JSX.Element {
  const stocked = stockedOf(sums.outcomes);
  const headline = headlineOf({ images: sums.images, stocked, nodes: sums.nodes });
  const isGood = stocked === sums.images;
  return (
    <header class="overview">
      <p class="brand">
        <Jar /> Larder
      </p>
      <h1>{printable(headline)}</h1>
      <p class="facts">{factsOf(data, sums).join(" · ")}</p>
      <OutcomeBar outcomes={sums.outcomes} />
      <dl class="tiles">
        {tilesOf(data, sums).map(({ name, value, note }) => (
          <div class={`tile ${isGood ? "good" : ""}`} key={name}>
            <dt>{name}</dt>
            <dd>
              {value} {note && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function Jar(): JSX.Element {
  return (
    <svg class="jar" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 1h8v2H4zM3 4h10v9.5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 13.5z" />
    </svg>
  );
}

function factsOf({ runs }: PageData, sums: Sums): string[] {
  const [only] = runs;
  const started = Number.isFinite(sums.startedMs) ? [`started ${formatMoment(sums.startedMs)}`] : [];
  if (only && runs.length === 1) {
    const larder = only.larder === null ? [] : [`Larder ${printable(only.larder)}`];
    const runtime = only.runtime === null ? [] : [printable(only.runtime)];
    return [...started, ...runtime, ...larder, `run ${printable(only.run)}`];
  }
  return [`${formatNumber(runs.length)} runs`, ...started, ...sums.versions.map((version) => `Larder ${version}`)];
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note?: string | undefined;
}

function tilesOf({ runs }: PageData, sums: Sums): Tile[] {
  const [only] = runs;
  const failed: Tile = {
    name: "Failed attempts",
    value: formatNumber(sums.failedAttempts),
    note: sums.madeUpFor > 0 ? `${formatNumber(sums.madeUpFor)} made good by a later one` : undefined,
  };
  const pulled: Tile = {
    name: "Pulled",
    value: formatSize(sums.pulledBytes),
    note: `in ${formatNumber(sums.attempts)} ${sums.attempts === 1 ? "attempt" : "attempts"}`,
  };
  if (only && runs.length === 1) {
    const took: Tile = { name: "Time", value: formatDuration(only.durationMs) };
    return [{ name: "Run", value: runOutcomeWords[only.outcome] }, took, pulled, failed];
  }
  const whole = `of ${formatNumber(runs.length)}`;
  const longest: Tile = {
    name: "Longest run",
    value: formatDuration(sums.longestMs),
    note: sums.slowest === undefined ? undefined : `on ${printable(sums.slowest)}`,
  };
  return [
    { name: "Runs with all images", value: formatNumber(sums.stockedRuns), note: whole },
    longest,
    pulled,
    failed,
  ];
}
