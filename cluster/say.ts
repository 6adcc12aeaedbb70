/** Progress for people, on standard error: what the kit did, and how long it took. */
export function say(text: string): void {
  process.stderr.write(`cluster: ${text}\n`);
}

/** @param started of `performance.now()` */
export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1_000).toFixed(1)} s`;
}
