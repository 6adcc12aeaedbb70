import type { Issue } from "#domain/issue.ts";

/**
 * @param what the file is: "image list"
 * @param why a clause such as "does not exist"
 */
export function unreadable(file: string, what: string, why: string): Issue {
  const remedy = "name a file that can be read";
  return { code: "FILE_UNREADABLE", at: { file }, problem: `the ${what} ${why}`, remedy };
}
