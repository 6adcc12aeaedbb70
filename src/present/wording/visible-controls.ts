/**
 * Characters that XML 1.0 forbids (2.2 Char) and that other readers of text files stumble over: controls but tab and line
 * ends, half surrogates, and two code points that are none.
 */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The same text with such characters shown as `\x1b`; all others stay as they are. */
export function withVisibleControls(text: string): string {
  return text.replaceAll(forbidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
