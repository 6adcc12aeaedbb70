import type { Clock } from "#ports/clock.ts";
import type { NodeImage } from "#ports/cri.ts";
import type { RuntimeConnection } from "./runtime-connection.ts";

/**
 * Tells what lies on the node, for `--debug`.
 * @param when `before` or `after` the pulls
 */
export async function tellNodeImages(
  when: "before" | "after",
  connection: RuntimeConnection,
  { clock, debug }: { readonly clock: Clock; readonly debug?: (line: string) => void },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const runtime = debug && (await connection.ready());
  if (!debug || !runtime) return;
  const deadline = clock.deadline(timeoutMs, signal);
  const listed = await runtime.listImages(deadline.signal);
  deadline.dispose();
  if (!listed.ok) return debug(`${when} the pulls, the runtime did not list its images: ${listed.error.message}`);
  debug(`${when} the pulls, ${listed.value.length} images are on the node`);
  for (const image of listed.value) debug(`${when}: ${nameOf(image)} (${image.sizeBytes} bytes)`);
}

function nameOf({ id, repoTags, repoDigests }: NodeImage): string {
  const names = [...repoTags, ...repoDigests];
  return names.length > 0 ? names.join(" ") : id;
}
