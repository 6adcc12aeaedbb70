import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

/**
 * Where a command is.
 * @throws an error that names the Debian package to install
 */
export async function findCommand(command: string, debianPackage: string): Promise<string> {
  for (const folder of searchPath().split(delimiter)) {
    const path = join(folder, command);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new Error(`${command} is not installed: apt-get install ${debianPackage}`);
}

/** PATH, and where Debian keeps the commands of the system, which not every user's PATH has. */
export function searchPath(): string {
  return [process.env["PATH"] ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);
}
