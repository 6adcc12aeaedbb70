/** Short commands of the system that the kit calls and waits for. */
import { execFile } from "node:child_process";
import { searchPath } from "../../test/kit/run/find-command.ts";

/**
 * Runs a command to its end.
 * @param input is written to its standard input
 * @returns standard output
 * @throws with the command line and what it wrote to standard error
 */
export function run(command: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: searchPath() };
    const child = execFile(
      command,
      args,
      { env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command} ${args.join(" ")}: ${stderr.trim() || error.message}`, { cause: error }));
      },
    );
    // A command that does not read its input is no failure.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
