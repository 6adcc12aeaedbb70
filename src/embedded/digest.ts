import { createHash } from "node:crypto";

const hexDigits = { sha256: 64, sha512: 128 } as const;

/** `sha256:…` of these bytes, the name under which a registry keeps them. */
export function sha256Of(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/** Whether the text is a digest that can be checked here: sha256 or sha512, in lower-case hexadecimal. */
export function isDigest(text: string): boolean {
  const [algorithm = "", hex = "", ...rest] = text.split(":");
  if (rest.length > 0 || (algorithm !== "sha256" && algorithm !== "sha512")) return false;
  return hex.length === hexDigits[algorithm] && /^[0-9a-f]+$/.test(hex);
}

export function matchesDigest(bytes: Uint8Array, digest: string): boolean {
  return isDigest(digest) && hash(digest.startsWith("sha512:") ? "sha512" : "sha256", bytes) === digest;
}

function hash(algorithm: "sha256" | "sha512", bytes: Uint8Array): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
