/** `npm run image`: builds Larder's image and pushes it (docs/image.md). Exit code 0: pushed; 1: not; 2: wrong usage. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layOutAgent } from "./agent.ts";
import { buildImage, layOut } from "./build.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { push } from "./push.ts";
import { describeSizes } from "./report.ts";

const DEADLINE_MS = 15 * 60_000;

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(DEADLINE_MS)]);

const options = readOptions(process.argv.slice(2));
if (!options.ok) {
  console.error(`${options.error}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  await carryOut(options.value).catch((error: unknown) => {
    console.error(`The image was not pushed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}

async function carryOut(todo: Options): Promise<void> {
  if (todo.kind === "agent-layer") return layOutAgent(todo.folder);
  const folder = await mkdtemp(join(tmpdir(), "larder-image-"));
  try {
    await layOut(folder, signal);
    const built = await buildImage(folder, signal);
    const pushed = await push(built.image, todo, signal);
    console.log(describeSizes(built, pushed));
    console.log(`${todo.to.written}@${built.image.manifest.digest}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
