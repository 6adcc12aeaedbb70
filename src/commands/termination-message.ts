import type { Files } from "#ports/files.ts";
import type { TextSink } from "#ports/terminal.ts";

export interface TerminationPorts {
  readonly files: Pick<Files, "openText">;
  readonly stderr: TextSink;
}

/** A run that did its work must not fail for its note, so a file that cannot be written is a warning only. */
export async function writeTerminationMessage(
  path: string,
  text: string,
  { files, stderr }: TerminationPorts,
): Promise<void> {
  const why = await writeText(path, text, files);
  if (why !== undefined) stderr.write(`larder: the termination message is not written: ${path} ${why}\n`);
}

/** As it is, not replaced: a kubelet mounts the very file. @returns why not, as a clause */
async function writeText(path: string, text: string, files: Pick<Files, "openText">): Promise<string | undefined> {
  const file = await files.openText(path, "stream");
  if (!file.ok) return file.error;
  file.value.write(text);
  const closed = await file.value.close();
  return closed.ok ? undefined : closed.error;
}
