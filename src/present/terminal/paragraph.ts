import { startOf, widthOf } from "./fit.ts";

/** No paragraph is wrapped into less: names could not be read any more. */
const WIDTH_MIN = 20;
const ROOM_MIN = 10;

/**
 * Words as lines of at most `columns` cells (20 at least), broken at spaces; all but the first line are indented by `indent`
 * cells. A word that no line holds is broken, so that nothing of it is lost. Spaces at the beginning stay.
 */
export function paragraph(text: string, columns: number, indent: number): readonly string[] {
  const width = Math.max(WIDTH_MIN, columns);
  const room = Math.max(ROOM_MIN, width - indent);
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  for (const { piece, isGlued } of text
    .trim()
    .split(" ")
    .flatMap((word) => piecesOf(word, room))) {
    const isEmpty = line.trim() === "";
    const joined = isEmpty ? `${line}${piece}` : `${line}${isGlued ? "" : " "}${piece}`;
    const fits = widthOf(joined) <= (lines.length === 0 ? width : room);
    if (!fits) lines.push(line);
    line = fits ? joined : piece;
  }
  return [...lines, line].map((part, index) => (index === 0 ? part : `${" ".repeat(indent)}${part}`));
}

interface Piece {
  readonly piece: string;
  /** No space before it: the word goes on. */
  readonly isGlued: boolean;
}

function piecesOf(word: string, room: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = word;
  while (widthOf(rest) > room) {
    const piece = startOf(rest, room);
    if (piece === "") break;
    pieces.push({ piece, isGlued: pieces.length > 0 });
    rest = rest.slice(piece.length);
  }
  return [...pieces, { piece: rest, isGlued: pieces.length > 0 }];
}
