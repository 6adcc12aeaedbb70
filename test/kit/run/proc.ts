/** What Linux knows of processes and mounts, read from /proc. */
import { readdir, readFile } from "node:fs/promises";

/** Every process of a run carries this in its environment, and so do the children that it starts (containerd's shims, for example). */
export const RUN_VARIABLE = "LARDER_TEST_RUN";

/** Changes with every boot, so that ids recorded before one are not mistaken for processes of today. */
export async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

/**
 * When a process started, in clock ticks since boot. A pid with its start time names one process for good, while the
 * pid alone is given out again.
 * @returns undefined if there is no such process, or only its zombie
 */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The name in parentheses may hold spaces and parentheses itself, so fields count from behind the last one (proc(5)).
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields ?? [];
  return state === "Z" || state === "X" ? undefined : fields?.[19];
}

/** The processes that carry this run's id in their environment. */
export async function processesOfRun(runId: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, "utf8").catch(() => "");
    if (!environment.split("\0").includes(`${RUN_VARIABLE}=${runId}`)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    if ((await startTimeOf(Number(entry))) === undefined) continue;
    found.push({ pid: Number(entry), command: command.split("\0").join(" ").trim() });
  }
  return found;
}

/** Mount points at or below a folder, the innermost first, in the order in which they can be unmounted. */
export async function mountsUnder(folder: string): Promise<string[]> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const points = table
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((point) => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).toReversed();
}
