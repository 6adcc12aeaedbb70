import { fail, ok, type Result } from "#domain/result.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte < 0x80 && ALPHABET.includes(String.fromCharCode(byte));

/**
 * Base64 as the kubelet reads the `auth` field (pkg/credentialprovider/config.go decodeDockerConfigFieldAuth): with padding
 * where the trimmed text ends in `=`, without otherwise; CR and LF are skipped, every other stray character is an error.
 * @returns the bytes, or Go's words for what is wrong: `illegal base64 data at input byte 4`
 */
export function decodeGoBase64(field: string): Result<Uint8Array, string> {
  const bytes = Buffer.from(field, "utf8");
  const padded = field.trim().endsWith("=");
  const wrongAt = findIllegalByte(bytes, padded);
  if (wrongAt !== undefined) return fail(`illegal base64 data at input byte ${wrongAt}`);
  return ok(Buffer.from(field.replace(/[\r\n]/g, ""), "base64"));
}

/** Offset that Go reports (encoding/base64 decodeQuantum), or undefined where all is well. */
function findIllegalByte(bytes: Uint8Array, padded: boolean): number | undefined {
  const isLineEnd = (index: number): boolean => bytes[index] === 0x0a || bytes[index] === 0x0d;
  let inQuantum = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (isLineEnd(index)) continue;
    if (isDigit(bytes[index])) {
      inQuantum = (inQuantum + 1) % 4;
      continue;
    }
    const isPad = padded && bytes[index] === 0x3d;
    return isPad ? checkPadding(bytes, index, inQuantum, isLineEnd) : index;
  }
  const isComplete = inQuantum === 0 || (!padded && inQuantum !== 1);
  return isComplete ? undefined : bytes.length - inQuantum;
}

function checkPadding(
  bytes: Uint8Array,
  first: number,
  inQuantum: number,
  isLineEnd: (index: number) => boolean,
): number | undefined {
  if (inQuantum < 2) return first;
  let next = first + 1;
  const skipLineEnds = (): void => {
    while (isLineEnd(next)) next++;
  };
  skipLineEnds();
  if (inQuantum === 2) {
    if (next === bytes.length) return bytes.length;
    if (bytes[next] !== 0x3d) return next - 1;
    next++;
    skipLineEnds();
  }
  return next < bytes.length ? next : undefined;
}
