/** Few numbers, honestly told: the middle one, and how far the others are from it. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws if there is nothing to sum up */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const middle = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (min === undefined || max === undefined) throw new Error("nothing was measured");
  return { min, max, median: middle.reduce<number>((sum, value) => sum + (value ?? 0), 0) / 2 };
}

/**
 * Of each round's two measurements the quotient, then the summary of those: what slows down a machine for a while slows down
 * both of a round, so that quotients can be trusted where the times themselves cannot.
 */
export function summarizeRatios(of: readonly number[], to: readonly number[]): Summary {
  return summarize(of.map((value, round) => value / (to[round] ?? Number.NaN)));
}

/**
 * Measures every candidate once a round, every second round in the other order, so that none always comes after the same
 * neighbour.
 * @returns by the candidate's name, in the order of the rounds
 */
export async function alternate<T>(
  rounds: number,
  candidates: ReadonlyMap<string, () => Promise<T>>,
  say: (line: string) => void = () => undefined,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map([...candidates.keys()].map((name): [string, T[]] => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    const order = round % 2 === 1 ? [...candidates] : [...candidates].toReversed();
    for (const [name, measure] of order) {
      const result = await measure();
      results.get(name)?.push(result);
      say(`round ${round} of ${rounds}, ${name}: ${JSON.stringify(result)}`);
    }
  }
  return results;
}
