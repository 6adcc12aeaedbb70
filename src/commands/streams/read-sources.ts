import { formatIssue, InputError, type Issue, type IssueCode } from "#domain/issue.ts";
import type { Result } from "#domain/result.ts";
import type { World } from "../world.ts";
import { STANDARD_INPUT, unreadableStream } from "./sources.ts";

/** Lines of one stream that are named; a file of another kind has a million of them. */
const NAMED_MAX = 20;

/** What the streams are made of. */
export interface StreamKind<Line> {
  readonly read: (file: string, chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Result<Line, Issue>, void>;
  /** The code of a line that is nothing of the kind. */
  readonly invalid: IssueCode;
  /** `event or verdict` */
  readonly what: string;
}

export interface LineTaker<Line> {
  line(line: Line): void;
  /** Waited for now and then, so that a taker can hold up the reading. */
  drained(): Promise<void>;
}

/**
 * Reads all streams, one after the other, and names on standard error each line that is nothing of the kind. An interrupt ends the
 * reading; what was read until then is what there is.
 * @throws InputError if a stream cannot be read, or if there is nothing of Larder in what was read but something else
 */
export async function readSources<Line>(
  kind: StreamKind<Line>,
  sources: readonly string[],
  world: World,
  taker: LineTaker<Line>,
): Promise<void> {
  let lines = 0;
  let invalid: Issue | undefined;
  for (const source of sources) {
    const problems = problemTeller(source, world);
    for await (const item of linesOf(kind, source, world)) {
      if (item.ok) {
        taker.line(item.value);
        lines += 1;
        if (lines % 100 === 0) await taker.drained();
      } else {
        problems.tell(item.error);
        if (item.error.code === kind.invalid) invalid ??= item.error;
      }
      if (world.interrupted.aborted) break;
    }
    problems.end();
  }
  if (lines === 0 && invalid !== undefined) throw new InputError([nothingOfLarder(kind, invalid.at.file)]);
}

async function* linesOf<Line>(
  { read }: StreamKind<Line>,
  source: string,
  { files, stdin, interrupted }: World,
): AsyncGenerator<Result<Line, Issue>, void> {
  const isFile = source !== STANDARD_INPUT;
  const name = isFile ? source : "standard input";
  try {
    yield* read(name, isFile ? files.readPieces(source) : stdin(interrupted));
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

function nothingOfLarder({ invalid, what }: StreamKind<unknown>, file: string): Issue {
  return {
    code: invalid,
    at: { file },
    problem: `there is no ${what} of Larder in what was read`,
    remedy: "name a stream that Larder wrote with --report ndjson=PATH or --output ndjson",
  };
}
