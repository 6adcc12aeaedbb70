import type { Pushed } from "#embedded/images/push-image.ts";
import type { BuiltImage } from "./build.ts";

/** What was measured when Larder was designed (MB of 1,000,000 bytes): a stripped Node.js 24, its libraries and the agent. */
const DESIGNED = { compressed: 35, unpacked: 92 };

/** A table of the layers with their sizes, and what became of each. */
export function describeSizes({ image, layers }: BuiltImage, pushed: Pushed): string {
  const rows = layers.map((layer, index) => ({
    name: layer.name,
    compressed: layer.gzip.length / 1e6,
    unpacked: layer.unpackedBytes / 1e6,
    note: pushed.get(image.layers[index]?.digest ?? "") ?? "",
  }));
  const total = {
    compressed: rows.reduce((sum, row) => sum + row.compressed, 0),
    unpacked: rows.reduce((sum, row) => sum + row.unpacked, 0),
  };
  const lines = [...rows, { name: "all", ...total, note: comparison(total) }].map(
    ({ name, compressed, unpacked, note }) =>
      `${name.padEnd(6)}${megabytes(compressed)} compressed ${megabytes(unpacked)} unpacked  ${note}`,
  );
  return lines.map((line) => line.trimEnd()).join("\n");
}

function comparison({ compressed, unpacked }: typeof DESIGNED): string {
  const change = (now: number, then: number): string =>
    `${now < then ? "" : "+"}${Math.round((now / then - 1) * 100)} %`;
  const changes = `${change(compressed, DESIGNED.compressed)}, ${change(unpacked, DESIGNED.unpacked)}`;
  return `${changes} against the ${DESIGNED.compressed} and ${DESIGNED.unpacked} MB of the design`;
}

function megabytes(amount: number): string {
  return `${amount.toFixed(1)} MB`.padStart(9);
}
