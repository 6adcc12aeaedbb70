/**
 * The entry of the program. It answers the question for the version by itself, since that is asked by scripts and should
 * cost no more than to start Node; everything else is loaded when something else is wanted.
 */

/** Put in by the build. */
declare const LARDER_VERSION: string;

const [first, ...others] = process.argv.slice(2);
if ((first === "--version" || first === "-v") && others.length === 0) {
  process.stdout.write(`${LARDER_VERSION}\n`);
} else {
  const { runLarder } = await import("./real-world.ts");
  await runLarder(LARDER_VERSION);
}
