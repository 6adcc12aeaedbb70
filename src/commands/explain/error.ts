import { classify, type ReportedFailure } from "#domain/failure/classify.ts";
import type { Classification } from "#domain/failure/failure-class.ts";
import { InputError } from "#domain/issue.ts";
import { parseReportedFailures } from "#inputs/reported-failures/reported-failures.ts";
import type { Files } from "#ports/files.ts";
import { unreadable } from "../unreadable.ts";
import type { LarderContext } from "../world.ts";
import type { ExplainErrorFlags } from "./error-command.ts";

const STANDARD_INPUT = "/dev/stdin";

export async function explainError(this: LarderContext, flags: ExplainErrorFlags, ...words: string[]): Promise<void> {
  const { files, terminal } = this.world;
  const { errors, output } = flags;
  const isFile = errors !== undefined;
  if (isFile === words.length > 0) throw new InputError([nothingToExplain(isFile)]);
  const failures = isFile ? await readFailures(errors, files) : [{ ...flags, message: words.join(" ") }];
  const describe = isFile || output === "json" ? describeAsJson : describeForPeople;
  for (const failure of failures) terminal.stdout.write(describe(classify(failure)));
}

function nothingToExplain(isBoth: boolean): InputError["issues"][number] {
  return {
    code: "OPTION_INVALID",
    at: { file: "larder explain error" },
    problem: isBoth ? "a text and --errors are both given" : "there is nothing to explain",
    remedy: "give the text of one error, or a file of them with --errors",
  };
}

async function readFailures(file: string, files: Files): Promise<readonly ReportedFailure[]> {
  const bytes = await files.read(file === "-" ? STANDARD_INPUT : file);
  if (!bytes.ok) throw new InputError([unreadable(file, "file of errors", bytes.error)]);
  const { failures, issues } = parseReportedFailures(file, Buffer.from(bytes.value).toString("utf8"));
  if (issues.length > 0) throw new InputError(issues);
  return failures;
}

function describeAsJson({ class: failureClass, permanent, advice }: Classification): string {
  return `${JSON.stringify({ class: failureClass, permanent, advice })}\n`;
}

function describeForPeople({ class: failureClass, permanent, advice }: Classification): string {
  const hope = permanent ? "trying again does not help" : "trying again may help";
  return `${failureClass}: ${hope}\n${advice}\n`;
}
