import type { World } from "../world.ts";

/** Lets work go on for so long, in ms, or until the command is interrupted. */
export async function withinTime<T>(
  timeoutMs: number,
  { clock, interrupted }: Pick<World, "clock" | "interrupted">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = clock.deadline(timeoutMs, interrupted);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.dispose();
  }
}
