import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { readEvents } from "#inputs/event-stream/read-events.ts";
import type { World } from "../world.ts";
import { STANDARD_INPUT, unreadableStream } from "./inputs.ts";

/** Lines of one stream that are named; a file of another kind has a million of them. */
const NAMED_MAX = 20;

export interface EventTaker {
  event(event: LarderEvent): void;
  /** Waited for now and then, so that a taker can hold up the reading. */
  drained(): Promise<void>;
}

/**
 * Reads all streams, one after the other, and names on standard error each line that is no event. An interrupt ends the
 * reading; what was read until then is what there is.
 * @throws InputError if a stream cannot be read, or if there is not one event in what was read but something else
 */
export async function readSources(sources: readonly string[], world: World, taker: EventTaker): Promise<void> {
  let events = 0;
  let invalid: Issue | undefined;
  for (const source of sources) {
    const problems = problemTeller(source, world);
    for await (const item of eventsOf(source, world)) {
      if (item.ok) {
        taker.event(item.value);
        events += 1;
        if (events % 100 === 0) await taker.drained();
      } else {
        problems.tell(item.error);
        if (item.error.code === "EVENT_INVALID") invalid ??= item.error;
      }
      if (world.interrupted.aborted) break;
    }
    problems.end();
  }
  if (events === 0 && invalid !== undefined) throw new InputError([noEvents(invalid.at.file)]);
}

async function* eventsOf(source: string, { files, stdin, interrupted }: World): ReturnType<typeof readEvents> {
  const isFile = source !== STANDARD_INPUT;
  const name = isFile ? source : "standard input";
  try {
    yield* readEvents(name, isFile ? files.readPieces(source) : stdin(interrupted));
  } catch (error) {
    if (interrupted.aborted) return;
    throw new InputError([unreadableStream(name, error instanceof Error ? error.message : String(error))]);
  }
}

function problemTeller(
  source: string,
  { terminal: { stderr } }: Pick<World, "terminal">,
): { tell(issue: Issue): void; end(): void } {
  let count = 0;
  return {
    tell(issue) {
      count += 1;
      if (count <= NAMED_MAX) stderr.write(`warning: ${formatIssue(issue)}\n`);
    },
    end() {
      const more = count - NAMED_MAX;
      if (more > 0) stderr.write(`warning: ${source}: ${more} more lines are left out for such reasons\n`);
    },
  };
}

function noEvents(file: string): Issue {
  return {
    code: "EVENT_INVALID",
    at: { file },
    problem: "there is no event of Larder in what was read",
    remedy: "name a stream that larder fetch wrote with --report ndjson=PATH or --output ndjson",
  };
}
