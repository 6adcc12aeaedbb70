import { readFileSync } from "node:fs";

/** The answers of a real kubelet that `vectors/NAME.ndjson` holds (see vectors/README.md). */
export function readVectors<Vector>(name: string): Vector[] {
  return readFileSync(new URL(`../../vectors/${name}.ndjson`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Vector);
}
