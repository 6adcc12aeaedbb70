import type { Place } from "#domain/issue.ts";
import type { Files } from "#ports/files.ts";
import { type ImageList, type Placeholders, parseImageList } from "./image-list.ts";

/**
 * Reads the image list in a file.
 * @param namedAt where somebody named the file; @default the file itself
 */
export async function readImageList(
  file: string,
  placeholders: Placeholders,
  files: Pick<Files, "read">,
  namedAt: Place = { file },
): Promise<ImageList> {
  const bytes = await files.read(file);
  if (bytes.ok) return parseImageList(file, Buffer.from(bytes.value).toString("utf8"), placeholders);
  const subject = namedAt.file === file ? "the image list" : `the image list ${file}`;
  return {
    references: [],
    issues: [
      {
        code: "FILE_UNREADABLE",
        at: namedAt,
        problem: `${subject} ${bytes.error}`,
        remedy: "name a file that can be read",
      },
    ],
    placeholders: [],
  };
}
