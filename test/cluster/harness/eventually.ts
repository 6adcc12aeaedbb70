/**
 * Asks four times a second until there is an answer.
 * @param what for the error
 * @param seconds @default 60
 * @throws when the time is over, with what was last thrown as cause
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  seconds = 60,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1_000;
  let last: unknown;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (answer !== undefined && answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
