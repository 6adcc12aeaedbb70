/** One pattern that matches where any of the given ones does, so that a rule can list its wordings one a line. */
export function anyOf(...wordings: readonly RegExp[]): RegExp {
  return new RegExp(wordings.map((wording) => wording.source).join("|"));
}
