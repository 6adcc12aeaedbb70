/**
 * The HTTP status that a text reports, however its author words it. The number alone is not enough (ports, sizes and tags are
 * numbers too), so it counts only behind a word such as "status", or together with its own phrase.
 */

const phrases: ReadonlyMap<string, number> = new Map([
  ["bad request", 400],
  ["unauthorized", 401],
  ["payment required", 402],
  ["forbidden", 403],
  ["not found", 404],
  ["method not allowed", 405],
  ["not acceptable", 406],
  ["proxy authentication required", 407],
  ["request timeout", 408],
  ["conflict", 409],
  ["gone", 410],
  ["precondition failed", 412],
  ["unsupported media type", 415],
  ["requested range not satisfiable", 416],
  ["misdirected request", 421],
  ["locked", 423],
  ["too many requests", 429],
  ["unavailable for legal reasons", 451],
  ["internal server error", 500],
  ["not implemented", 501],
  ["bad gateway", 502],
  ["service unavailable", 503],
  ["service temporarily unavailable", 503],
  ["gateway timeout", 504],
  ["gateway time-out", 504],
  ["http version not supported", 505],
  ["insufficient storage", 507],
]);

/** What Go's transport reports when a proxy refuses CONNECT: the status phrase without its number (net/http/transport.go, dialConn). */
const proxyPhrases = [
  "unauthorized",
  "forbidden",
  "proxy authentication required",
  "too many requests",
  "internal server error",
  "bad gateway",
  "service unavailable",
  "gateway timeout",
] as const;

/**
 * containerd 1.6 "unexpected status code ‹url›: 429", "failed with status code [manifests v1]: 401", 2.x "unexpected status from
 * HEAD request to ‹url›: 403"; containers-image "StatusCode: 403", "received unexpected HTTP status: 500", "invalid status code from
 * registry 502", "returned when fetching blob 404"; moby "error parsing HTTP 403 response body".
 */
const statedStatus =
  /(?:\bstatus ?code|\bstatus|\bhttp|\bhttp code|\bfrom registry|\bfetching blob|\bresponse code)(?: from [a-z]{3,7} request to \S{1,80}| \[[^\]]{0,300}\]| ‹url›)?[:=]? ?\(?([45]\d\d)(?![\d.])/;
const numberedPhrase = new RegExp(`(?<![\\d.:])([45]\\d\\d) \\(?(?:${[...phrases.keys()].join("|")})`);
const refusedByProxy = new RegExp(`‹url›"?: (${proxyPhrases.join("|")})(?=$|[;,\\])\\n])`);

/**
 * @param text lower-case, with addresses masked (see failure-text.ts)
 * @returns a number from 400 to 599, or undefined where the text reports no failed HTTP answer
 */
export function httpStatusOf(text: string): number | undefined {
  const stated = statedStatus.exec(text) ?? numberedPhrase.exec(text);
  if (stated?.[1] !== undefined) return Number(stated[1]);
  const refused = refusedByProxy.exec(text);
  return refused?.[1] === undefined ? undefined : phrases.get(refused[1]);
}
