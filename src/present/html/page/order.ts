import type { PageData } from "../page-data.ts";
import { type ImageRow, type NodeRow, stockedOf } from "./rows.ts";

/** In which the lists can be read; `listed` is the order of the stream and of the image list. */
export const nodeOrders = {
  listed: "as reported",
  missing: "most missing first",
  slowest: "slowest first",
  name: "by name",
} as const;

export type NodeOrder = keyof typeof nodeOrders;

export const imageOrders = {
  listed: "as listed",
  missing: "most missing first",
  slowest: "slowest first",
  largest: "largest first",
  name: "by name",
} as const;

export type ImageOrder = keyof typeof imageOrders;

export function sortNodes(rows: readonly NodeRow[], { runs }: PageData, order: NodeOrder): readonly NodeRow[] {
  const missing = (row: NodeRow): number => row.images - stockedOf(row.outcomes);
  const name = (row: NodeRow): string => runs[row.run]?.node ?? "";
  switch (order) {
    case "listed":
      return rows;
    case "missing":
      return rows.toSorted((a, b) => missing(b) - missing(a));
    case "slowest":
      return rows.toSorted((a, b) => b.durationMs - a.durationMs);
    case "name":
      return rows.toSorted((a, b) => byName(name(a), name(b)));
  }
}

export function sortImages(rows: readonly ImageRow[], { texts }: PageData, order: ImageOrder): readonly ImageRow[] {
  const missing = (row: ImageRow): number => row.runs - stockedOf(row.outcomes);
  const name = (row: ImageRow): string => texts[row.image] ?? "";
  switch (order) {
    case "listed":
      return rows;
    case "missing":
      return rows.toSorted((a, b) => missing(b) - missing(a));
    case "slowest":
      return rows.toSorted((a, b) => b.longestMs - a.longestMs);
    case "largest":
      return rows.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    case "name":
      return rows.toSorted((a, b) => byName(name(a), name(b)));
  }
}

/** Numbers in names as numbers: worker-2 before worker-10. */
const collator = new Intl.Collator("en", { numeric: true });

function byName(a: string, b: string): number {
  return collator.compare(a, b);
}
