import type { Cluster } from "../folder.ts";
import { isRunning, logTail } from "./daemon.ts";

export interface Wait {
  /** What is awaited, for the error: "kube-apiserver is ready". */
  readonly what: string;
  readonly seconds: number;
  /** A daemon that has to live meanwhile; its log explains a failure. */
  readonly daemon?: string;
}

/**
 * Asks again and again until the answer is yes; an error counts as not yet.
 * @throws when the time is over or the daemon has ended, with the end of its log
 */
export async function waitUntil(
  cluster: Cluster,
  { what, seconds, daemon }: Wait,
  probe: () => Promise<boolean> | boolean,
): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  let last: unknown;
  const asked = async (): Promise<boolean> => {
    try {
      return await probe();
    } catch (error) {
      last = error;
      return false;
    }
  };
  while (!(await asked())) {
    const ended = daemon !== undefined && !(await isRunning(cluster, daemon));
    if (ended || performance.now() > deadline) {
      const why = ended ? `${daemon} has ended` : `${seconds} s were not enough`;
      const log = daemon === undefined ? "" : `; the end of its log:\n${await logTail(cluster, daemon)}`;
      throw new Error(`not to be had: ${what} (${why})${log}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
