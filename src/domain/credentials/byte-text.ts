/**
 * Text that may hold bytes which are no UTF-8, as the `auth` field of a docker config can. Such a byte is kept as a lone
 * surrogate (U+DC80 to U+DCFF), so that two passwords which differ only there stay different and the kubelet's credential
 * hash, which sees each of these bytes, can be computed.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  return text.includes("\ufffd") ? decodeByteByByte(bytes) : text;
}

export function isStrayByte(codePoint: number): boolean {
  return codePoint >= 0xdc80 && codePoint <= 0xdcff;
}

/** Go reads invalid UTF-8 one byte at a time (unicode/utf8 DecodeRune gives width 1). */
function decodeByteByByte(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index);
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[index] ?? 0)) : decode(bytes, index, length);
    index += Math.max(length, 1);
  }
  return text;
}

/** Length of the valid sequence that starts here, or 0. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const slice = bytes.subarray(index, index + length);
  const isValid = slice.length === length && Buffer.from(Buffer.from(slice).toString("utf8")).equals(slice);
  return isValid ? length : 0;
}

function decode(bytes: Uint8Array, index: number, length: number): string {
  return Buffer.from(bytes.subarray(index, index + length)).toString("utf8");
}
