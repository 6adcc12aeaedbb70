/**
 * A string of CEL, in single quotes. Texts that come here are made of the characters of names, so nothing has to be escaped but what a
 * free text (a regular expression) may have.
 */
export function celText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}
