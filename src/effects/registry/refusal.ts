/** What an answer means that is not the one hoped for. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Clock } from "#ports/clock.ts";
import type { NoManifest } from "#ports/registry.ts";

/**
 * @param from who answered
 * @param hasCredential whether the question carried one
 */
export function refusalOf(answer: IncomingMessage, from: URL, hasCredential: boolean, clock: Clock): NoManifest {
  const status = answer.statusCode ?? 0;
  const said = `${from.host} answered ${describeStatus(status)}`;
  if (status === 429) return { kind: "throttled", retryAfterMs: retryAfter(answer.headers["retry-after"], clock) };
  if (status === 404 || status === 410) return { kind: "absent" };
  if (status === 408 || status >= 500) return { kind: "unreachable", cause: "server", reason: said };
  if (isWebPage(answer)) return { kind: "unreachable", cause: "protocol", reason: `${said} with a web page` };
  if (status !== 401 && status !== 403) return { kind: "unreachable", cause: "protocol", reason: said };
  return hasCredential ? { kind: "denied", reason: said } : { kind: "needs-credential" };
}

/** In the words of the standard: those of the answer may be anything, a secret that was sent too. */
export function describeStatus(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
}

/** A sign-in page, or something else that is meant for people. */
export function isWebPage({ headers }: IncomingMessage): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(headers["content-type"] ?? "");
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}
