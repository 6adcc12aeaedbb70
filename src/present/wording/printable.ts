/** Longer words are cut: a registry can answer with a whole web page. The event stream keeps all of it. */
const LENGTH_MAX = 1_000;

const ESC = "\u001b";
/** Colours and cursor movements: CSI, parameters, a final letter (ECMA-48, 5.4). */
const controlSequence = `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]`;
/** Window titles, links and the like: an opening, any text, BEL or ST (ECMA-48, 5.6). */
const controlString = `${ESC}[\\]PX^_][^\u0007${ESC}]*(?:\u0007|${ESC}\\\\)`;
/** Written here, since what util.stripVTControlCharacters takes out depends on the version of Node. */
const terminalSequence = new RegExp(`${controlSequence}|${controlString}`, "g");

/** White space that would break a line, controls, invisible formatting (writing direction, zero width) and half surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside (a runtime's words, a registry's answer, a name) as one harmless line: terminal sequences are taken
 * out, line ends and tabs become one space, and whatever else could steer a terminal is shown as `\x07` or `\u{202e}`.
 */
export function printable(text: string): string {
  if (text.length <= LENGTH_MAX && /^[\x20-\x7e]*$/.test(text)) return text.trim();
  return shortened(text)
    .replaceAll(terminalSequence, "")
    .replaceAll(/[\s\p{Zl}\p{Zp}]*[\r\n\t\v\f\p{Zl}\p{Zp}][\s\p{Zl}\p{Zp}]*/gu, " ")
    .replaceAll(unprintable, escapeCharacter)
    .trim();
}

/** The same in quotation marks, as the words of somebody else. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}

function shortened(text: string): string {
  if (text.length <= LENGTH_MAX) return text;
  const start = text.slice(0, LENGTH_MAX).replace(/\p{Cs}$/u, "");
  return `${start}… (${text.length} characters)`;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
