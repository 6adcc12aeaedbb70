import type { Issue } from "#domain/issue.ts";

/** How standard input is named on the command line. */
export const STANDARD_INPUT = "-";

/** @param why a clause such as "does not exist" */
export function unreadableStream(file: string, why: string): Issue {
  return {
    code: "FILE_UNREADABLE",
    at: { file },
    problem: `the stream ${why}`,
    remedy: "name a file that can be read",
  };
}
