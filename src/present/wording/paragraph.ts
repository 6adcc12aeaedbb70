import { cutEnd, widthOf } from "../terminal/fit.ts";

/** Paragraphs are not wrapped into less than this; what is longer than a line is cut. */
const WIDTH_MIN = 20;

/**
 * Words as lines of at most `columns` cells, broken at spaces; all but the first line are indented by `indent` cells. A
 * word that no line holds is broken, so that nothing of it is lost.
 */
export function paragraph(text: string, columns: number, indent: number): readonly string[] {
  const width = Math.max(WIDTH_MIN, columns);
  const room = Math.max(10, width - indent);
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  const start = line.length;
  for (const word of text.trim().split(" ")) {
    const isFirst = line.trim() === "";
    const limit = lines.length === 0 ? width : room;
    if (!isFirst && widthOf(line) + 1 + widthOf(word) > limit) {
      lines.push(line);
      line = "";
    }
    line = line.trim() === "" ? `${lines.length === 0 ? " ".repeat(start) : ""}${word}` : `${line} ${word}`;
    for (let rest = tooLong(line, lines.length === 0 ? width : room); rest !== ""; rest = tooLong(line, room)) {
      lines.push(line.slice(0, line.length - rest.length));
      line = rest;
    }
  }
  const all = line === "" ? lines : [...lines, line];
  return all.map((part, index) => (index === 0 ? part : `${" ".repeat(indent)}${part}`));
}

/** What stands behind the first `width` cells. */
function tooLong(text: string, width: number): string {
  if (widthOf(text) <= width) return "";
  return text.slice(cutEnd(text, width + 1).length - 1);
}
