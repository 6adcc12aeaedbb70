import { redactText } from "../failure/redact.ts";

/** `user:password@` in front of what is no digest. The user alone is no secret, and `app@sha256:…` has none. */
const userInfo = /^((?:[a-z][a-z0-9+.-]*:\/\/)?)[^\s@]*:[^\s@]*@(?!$|[a-z][a-z0-9+._-]*:[0-9a-f]{8,})/i;

/**
 * What somebody wrote where an image reference belongs, fit to be shown: a reference has no place for a password, but an
 * address that was copied from elsewhere may hold one. References that are right stay as they are.
 */
export function withoutUserInfo(written: string): string {
  return redactText(written.replace(userInfo, "$1***@"), []);
}
