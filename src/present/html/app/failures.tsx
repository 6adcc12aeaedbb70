import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { formatCount } from "../../wording/count.ts";
import { printable } from "../../wording/printable.ts";
import { type FailureGroup, failureGroups, madeUpFor, type Words, wordsOf } from "../page/failure-groups.ts";
import { formatNumber } from "../page/number.ts";
import type { Selection } from "../page/select.ts";
import { type PageData, UNKNOWN } from "../page-data.ts";

/** Different words of one cause that are shown at first, and with each "more". */
const WORDS_STEP = 5;
/** Names that are shown of images and nodes that have one failure in common. */
const NAMES_MAX = 4;

interface FailuresProps {
  readonly data: PageData;
  readonly selection: Selection;
  readonly onSearch: (text: string) => void;
}

/** Why images are not there, by cause: what to do about it, and the runtime's own words. */
export function Failures({ data, selection, onSearch }: FailuresProps): JSX.Element | null {
  const groups = useMemo(() => failureGroups(data, selection), [data, selection]);
  const passed = useMemo(() => madeUpFor(data), [data]);
  if (groups.length === 0 && passed.length === 0) return null;
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      {groups.length === 0 && <p class="note">Nothing that is shown has failed for good.</p>}
      {groups.map((group) => (
        <Group key={group.cause} data={data} group={group} onSearch={onSearch} />
      ))}
      {passed.length > 0 && (
        <p class="note">
          Made good by a later attempt: {passed.map(([cause, count]) => `${formatNumber(count)} ${cause}`).join(", ")}.
        </p>
      )}
    </section>
  );
}

interface GroupProps {
  readonly data: PageData;
  readonly group: FailureGroup;
  readonly onSearch: (text: string) => void;
}

function Group({ data, group, onSearch }: GroupProps): JSX.Element {
  const [shown, setShown] = useState(WORDS_STEP);
  const words = useMemo(() => wordsOf(group), [group]);
  return (
    <article class="card failure">
      <h3>
        {group.cause} <span class="count">{extentOf(data, group)}</span>
      </h3>
      {group.advice.size === 0 && group.reason && <p class="advice">{group.reason}</p>}
      {[...group.advice].slice(0, NAMES_MAX).map((advice) => (
        <p class="advice" key={advice}>
          {printable(data.texts[advice] ?? "")}
        </p>
      ))}
      <ul class="words">
        {words.slice(0, shown).map((some) => (
          <li key={some.message}>
            {some.message !== UNKNOWN && <blockquote>{printable(data.texts[some.message] ?? "")}</blockquote>}
            <Where data={data} words={some} onSearch={onSearch} />
          </li>
        ))}
      </ul>
      {words.length > shown && (
        <button type="button" class="plain" onClick={() => setShown(shown + 4 * WORDS_STEP)}>
          Show more of {formatNumber(words.length)} different messages
        </button>
      )}
    </article>
  );
}

/** `12 images on 3 nodes`. */
function extentOf(data: PageData, { count, images, runs }: FailureGroup): string {
  if (runs.size === 1) return formatCount(count, "image");
  const nodes = new Set(Array.from(runs, (run) => data.runs[run]?.node));
  return `${formatNumber(images.size)} ${images.size === 1 ? "image" : "images"} on ${formatNumber(nodes.size)} nodes`;
}

interface WhereProps {
  readonly data: PageData;
  readonly words: Words;
  readonly onSearch: (text: string) => void;
}

function Where({ data, words, onSearch }: WhereProps): JSX.Element {
  const images = [...words.images].map((image) => data.texts[image] ?? "");
  const nodes = [...new Set([...words.runs].map((run) => data.runs[run]?.node ?? ""))];
  return (
    <p class="where">
      <Names names={images} onSearch={onSearch} />
      {data.runs.length > 1 && (
        <>
          {" on "}
          <Names names={nodes} onSearch={onSearch} />
        </>
      )}
    </p>
  );
}

interface NamesProps {
  readonly names: readonly string[];
  readonly onSearch: (text: string) => void;
}

/** Names that search for themselves when they are chosen. */
function Names({ names, onSearch }: NamesProps): JSX.Element {
  return (
    <>
      {names.slice(0, NAMES_MAX).map((name, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <button type="button" class="name" title="Search for it" onClick={() => onSearch(name)}>
            {printable(name)}
          </button>
        </span>
      ))}
      {names.length > NAMES_MAX && ` and ${formatNumber(names.length - NAMES_MAX)} more`}
    </>
  );
}
