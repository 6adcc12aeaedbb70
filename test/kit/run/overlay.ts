import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * Whether containerd can use overlayfs below a folder. In a container whose own disk is an overlay the kernel refuses
 * another one on top of it.
 */
export async function overlayWorks(folder: string): Promise<boolean> {
  const trial = join(folder, "overlay-trial");
  for (const layer of ["lower", "upper", "work", "merged"]) await mkdir(join(trial, layer), { recursive: true });
  const layers = `lowerdir=${trial}/lower,upperdir=${trial}/upper,workdir=${trial}/work`;
  const merged = join(trial, "merged");
  try {
    await promisify(execFile)("mount", ["-t", "overlay", "overlay", "-o", layers, merged]);
    await promisify(execFile)("umount", [merged]);
    return true;
  } catch {
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}
