/**
 * `host[:port][/path]` as Go's net/url reads it behind `https://`: what is no URL for Go is no registry key for the kubelet.
 * (Go net/url: Parse, parseAuthority, parseHost, unescape; the WHATWG `URL` class lower-cases hosts and rejects `*`.)
 */
export interface SchemelessUrl {
  readonly host: string;
  /** Unescaped; empty or starting with a slash. */
  readonly path: string;
}

export function parseSchemelessUrl(text: string): SchemelessUrl | undefined {
  const beforeFragment = text.split("#", 1)[0] ?? "";
  if (hasControlCharacter(beforeFragment)) return undefined;
  const rest = beforeFragment.split("?", 1)[0] ?? "";
  const slash = rest.indexOf("/");
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const host = parseAuthority(authority);
  const path = unescapePath(slash === -1 ? "" : rest.slice(slash));
  return host === undefined || path === undefined ? undefined : { host, path };
}

/** Labels and port of a host; brackets of an IPv6 address go only together with a port (Go net.SplitHostPort). */
export function splitHost(host: string): { labels: readonly string[]; port: string } {
  const bracketed = /^\[([^\]]*)\]:([^:]*)$/.exec(host);
  const plain = /^([^:[\]]*):([^:]*)$/.exec(host);
  const [, name = host, port = ""] = bracketed ?? plain ?? [];
  return { labels: name.split("."), port };
}

const userInfoPattern = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** Letters, digits, `-_.~`, sub-delimiters and the few more that Go leaves alone in hosts; everything beyond ASCII too. */
const hostPattern = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]|[^ -~])*$/;

function parseAuthority(authority: string): string | undefined {
  const at = authority.lastIndexOf("@");
  if (at !== -1 && !userInfoPattern.test(authority.slice(0, at))) return undefined;
  const host = authority.slice(at + 1);
  const colon = host.startsWith("[") ? afterBracket(host) : host.lastIndexOf(":");
  if (colon === undefined) return undefined;
  if (!host.startsWith("[") && host.includes("[")) return undefined;
  const port = colon === -1 ? "" : host.slice(colon);
  return /^(?::[0-9]*)?$/.test(port) && hostPattern.test(host) ? host : undefined;
}

/** Where the port of `[address]:port` begins; undefined: the bracket is never closed. */
function afterBracket(host: string): number | undefined {
  const end = host.lastIndexOf("]");
  if (end === -1) return undefined;
  return end + 1 === host.length ? -1 : end + 1;
}

function unescapePath(path: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  return path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) => Buffer.from(escaped.replaceAll("%", ""), "hex").toString());
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character < " " || character === "\x7f");
}
