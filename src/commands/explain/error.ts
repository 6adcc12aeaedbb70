import { classify, type ReportedFailure } from "#domain/failure/classify.ts";
import type { Classification } from "#domain/failure/failure-class.ts";
import { InputError } from "#domain/issue.ts";
import { parseReportedFailures } from "#inputs/reported-failures/reported-failures.ts";
import type { Files } from "#ports/files.ts";
import { unreadable } from "../unreadable.ts";
import type { LarderContext, World } from "../world.ts";
import type { ExplainErrorFlags } from "./error-command.ts";

export async function explainError(this: LarderContext, flags: ExplainErrorFlags, ...words: string[]): Promise<void> {
  const { terminal } = this.world;
  const { errors, output } = flags;
  const isFile = errors !== undefined;
  if (isFile === words.length > 0) throw new InputError([nothingToExplain(isFile)]);
  const failures = isFile ? await readFailures(errors, this.world) : [{ ...flags, message: words.join(" ") }];
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

async function readFailures(file: string, world: World): Promise<readonly ReportedFailure[]> {
  const text = file === "-" ? await readStandardInput(world) : await readFile(file, world.files);
  const { failures, issues } = parseReportedFailures(file, text);
  if (issues.length > 0) throw new InputError(issues);
  return failures;
}

async function readStandardInput({ stdin, interrupted }: World): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin(interrupted)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

async function readFile(file: string, files: Files): Promise<string> {
  const bytes = await files.read(file);
  if (bytes.ok) return Buffer.from(bytes.value).toString("utf8");
  throw new InputError([unreadable(file, "file of errors", bytes.error)]);
}

function describeAsJson({ class: failureClass, permanent, advice }: Classification): string {
  return `${JSON.stringify({ class: failureClass, permanent, advice })}\n`;
}

function describeForPeople({ class: failureClass, permanent, advice }: Classification): string {
  const hope = permanent ? "trying again does not help" : "trying again may help";
  return `${failureClass}: ${hope}\n${advice}\n`;
}
