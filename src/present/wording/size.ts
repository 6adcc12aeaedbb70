const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/** A size for people, in powers of 1024 as runtimes show them: `0 B`, `1023 B`, `12.3 MiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let amount = bytes;
  let unit = "B";
  for (const larger of UNITS) {
    if (Number(amount.toFixed(1)) < 1024) break;
    amount /= 1024;
    unit = larger;
  }
  return `${amount.toFixed(1)} ${unit}`;
}
