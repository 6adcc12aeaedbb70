/**
 * Failures as somebody collected them: one JSON object a line with `message`, and if known `runtime` (`containerd`, `cri-o`,
 * …) and `grpcCode` (`Unknown`, `NotFound`, …). Other fields are left alone, so that lines of an event stream will do.
 */
import type { ReportedFailure } from "#domain/failure/classify.ts";
import type { Issue, Place } from "#domain/issue.ts";

export interface ReportedFailures {
  readonly failures: readonly ReportedFailure[];
  /** One for each line that cannot be read. */
  readonly issues: readonly Issue[];
}

export function parseReportedFailures(file: string, text: string): ReportedFailures {
  const failures: ReportedFailure[] = [];
  const issues: Issue[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "") continue;
    const read = parseLine(line, { file, line: index + 1 });
    if ("problem" in read) issues.push(read);
    else failures.push(read);
  }
  return { failures, issues };
}

function parseLine(line: string, at: Place): ReportedFailure | Issue {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return invalid(at, "is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return invalid(at, "is not an object");
  const { message, runtime, grpcCode } = json as Readonly<Record<string, unknown>>;
  if (typeof message !== "string") return invalid(at, 'has no text "message"');
  if (!isTextOrAbsent(runtime)) return invalid(at, 'has a "runtime" that is no text');
  if (!isTextOrAbsent(grpcCode)) return invalid(at, 'has a "grpcCode" that is no text');
  return { message, ...(runtime && { runtime }), ...(grpcCode && { grpcCode }) };
}

/** `null` is how many programs write what they do not know. */
function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

function invalid(at: Place, problem: string): Issue {
  return {
    code: "REPORTED_FAILURE_INVALID",
    at,
    problem: `the line ${problem}`,
    remedy: 'write one JSON object a line, such as {"message": "…", "runtime": "containerd"}',
  };
}
