/** A word of which more than a third is different is no spelling of it. */
const DISTANCE_SHARE_MAX = 3;
/** Nobody misspells a word that is this long, and the comparison would take its square. */
const LENGTH_MAX = 64;

/** The one of `words` that somebody most likely meant, or undefined where none is near; the first one of equally near ones. */
export function nearestWord<Word extends string>(written: string, words: readonly Word[]): Word | undefined {
  if (written.length > LENGTH_MAX) return undefined;
  let nearest: { word: Word; distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase());
    const isNear = distance <= Math.max(1, Math.floor(word.length / DISTANCE_SHARE_MAX)) && distance < written.length;
    if (isNear && (nearest === undefined || distance < nearest.distance)) nearest = { word, distance };
  }
  return nearest?.word;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const replaced = at(last, column - 1) + (isSame ? 0 : 1);
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, at(last, column) + 1, at(current, column - 1) + 1));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
