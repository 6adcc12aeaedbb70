/**
 * Which proxy a request goes through, as Go decides it (golang.org/x/net/http/httpproxy), and with it containerd and the cloud's
 * tools: loopback is always asked directly; a host in NO_PROXY stands for itself and everything below it, `.domain` and `*.domain` only
 * for what is below, and a port behind it for that port alone.
 */
import { BlockList, isIP } from "node:net";
import type { ProxyServer, ProxySettings } from "#ports/registry.ts";

/** @returns undefined: directly */
export function proxyFor(url: URL, settings: ProxySettings): ProxyServer | undefined {
  const proxy = url.protocol === "https:" ? settings.https : settings.http;
  if (proxy === undefined) return undefined;
  const host = withoutBrackets(url.hostname.toLowerCase());
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  if (host === "localhost" || isLoopback(host)) return undefined;
  return settings.exempt.some((entry) => isExempt(entry.trim().toLowerCase(), host, port)) ? undefined : proxy;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(host: string): boolean {
  return isIn(loopback, host);
}

function isExempt(entry: string, host: string, port: string): boolean {
  if (entry === "" || entry === "*") return entry === "*";
  const network = networkOf(entry);
  if (network !== undefined) return isIn(network, host);
  const { name, port: only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isIn(listOf(name), host);
  const below = name.startsWith("*.") ? name.slice(1) : name;
  return below.startsWith(".") ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function networkOf(entry: string): BlockList | undefined {
  const [address = "", prefix, ...more] = entry.split("/");
  if (prefix === undefined || more.length > 0 || !/^\d{1,3}$/.test(prefix)) return undefined;
  const family = isIP(address);
  if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
  return list;
}

function listOf(address: string): BlockList {
  const list = new BlockList();
  list.addAddress(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  return list;
}

function isIn(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? "ipv4" : "ipv6");
}

/** `host`, `host:port`, `1.2.3.4:port`, `[::1]:port`, `::1`. */
function splitPort(entry: string): { name: string; port?: string } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  return port === undefined ? { name } : { name, port };
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
