/**
 * The word that somebody most likely meant who wrote another one: the one with the fewest letters to change, if these are
 * less than half of it.
 */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: editDistance(written.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance < word.length / 2)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.word;
}

/** Letters to insert, remove or replace (Levenshtein). Takes only the beginning of long texts. */
function editDistance(from: string, to: string): number {
  const source = from.slice(0, 40);
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(source).entries()) {
    const next = [index + 1];
    for (const [place, wanted] of Array.from(to).entries()) {
      const replaced = (row[place] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? source.length;
}
