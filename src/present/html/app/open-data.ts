import type { PageData } from "../page-data.ts";

/** Undoes base64 and raw deflate, and reads the JSON in it. */
export async function openData(base64: string): Promise<PageData> {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index);
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const data: unknown = await new Response(inflated).json();
  if (!isPageData(data)) throw new Error("the data are not those of a report");
  return data;
}

/** The data and this program come in one file, so more than a look is not needed. */
function isPageData(data: unknown): data is PageData {
  return typeof data === "object" && data !== null && "runs" in data && "texts" in data;
}
