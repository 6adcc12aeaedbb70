import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every Markdown file of the project, by its path from the root. */
export function documents(): ReadonlyMap<string, string> {
  const found = [...markdownIn("."), ...roomsOf(".").flatMap(markdownBelow)];
  return new Map(found.toSorted().map((path) => [path, readFileSync(path, "utf8")]));
}

function markdownBelow(folder: string): readonly string[] {
  return [...markdownIn(folder), ...roomsOf(folder).flatMap(markdownBelow)];
}

function markdownIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(".md")).map(({ name }) => join(folder, name));
}

/** Folders but for what is installed, built or hidden. */
function roomsOf(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$|dist$)/.test(entry.name));
  return rooms.map(({ name }) => join(folder, name));
}
