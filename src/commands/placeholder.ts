/** @throws SyntaxError that says how a placeholder is given */
export function parsePlaceholder(text: string): readonly [name: string, value: string] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) throw new SyntaxError(`"${text}" is not NAME=VALUE`);
  return [name, value];
}
