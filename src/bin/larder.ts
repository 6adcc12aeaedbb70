#!/usr/bin/env node
/**
 * The entry of the program. It answers the question for the version by itself, since that is asked by scripts and should
 * cost no more than to start Node; everything else is loaded when something else is wanted. That is also why it is built as
 * a CommonJS module, and writes without a stream: Node would load its module loader and its streams for six bytes.
 */
import { writeSync } from "node:fs";

/** Put in by the build. */
declare const LARDER_VERSION: string;

const [first, ...others] = process.argv.slice(2);
const isVersionWanted = (first === "--version" || first === "-v") && others.length === 0;
if (!isVersionWanted || !isVersionWritten()) {
  void import("./real-world.ts").then(({ runLarder }) => runLarder(LARDER_VERSION));
}

/** What cannot be written just now is left to the whole program, which waits, or says why not. */
function isVersionWritten(): boolean {
  try {
    writeSync(1, `${LARDER_VERSION}\n`);
    return true;
  } catch {
    return false;
  }
}
