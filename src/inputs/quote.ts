import { withoutUserInfo } from "#domain/image/without-user-info.ts";

const QUOTE_LENGTH_MAX = 120;

/** What somebody wrote, fit for an issue: short, with control characters made visible, and without what an address may hold of a password. */
export function quote(text: string): string {
  const shown = withoutUserInfo(text);
  return JSON.stringify(shown.length > QUOTE_LENGTH_MAX ? `${shown.slice(0, QUOTE_LENGTH_MAX)}…` : shown);
}
