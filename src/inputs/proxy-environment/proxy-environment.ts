/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as Go reads them (golang.org/x/net/http/httpproxy: FromEnvironment, parseProxy).
 */
import { SecretText } from "#domain/credentials/secret-text.ts";
import type { Issue } from "#domain/issue.ts";
import type { ProxyServer, ProxySettings } from "#ports/registry.ts";

/** @returns the proxies, and what is wrong with the variables; no issue shows a password */
export function readProxyEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  settings: ProxySettings;
  issues: readonly Issue[];
} {
  const issues: Issue[] = [];
  const proxyOf = (name: string): ProxyServer | undefined => {
    const { variable, text } = valueOf(name, environment);
    if (text === "") return undefined;
    const proxy = parseProxy(text);
    if (proxy === undefined) issues.push(invalid(variable));
    return proxy;
  };
  const http = proxyOf("HTTP_PROXY");
  const https = proxyOf("HTTPS_PROXY");
  const exempt = valueOf("NO_PROXY", environment).text.split(",");
  return {
    settings: {
      ...(http && { http }),
      ...(https && { https }),
      exempt: exempt.map((entry) => entry.trim()).filter(Boolean),
    },
    issues,
  };
}

function valueOf(name: string, environment: Readonly<Record<string, string | undefined>>) {
  const lower = name.toLowerCase();
  const variable = environment[name] ? name : environment[lower] ? lower : name;
  return { variable, text: environment[variable]?.trim() ?? "" };
}

/** `host:port` alone means plain HTTP with the proxy. */
function parseProxy(text: string): ProxyServer | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(address);
  const secure = protocol === "https:";
  if ((!secure && protocol !== "http:") || hostname === "") return undefined;
  const credential =
    username === "" && password === ""
      ? undefined
      : { username: decoded(username), password: new SecretText(decoded(password)) };
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    secure,
    credential,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(variable: string): Issue {
  return {
    code: "OPTION_INVALID",
    at: { file: variable },
    problem: "this is no proxy that can be used",
    remedy: "write it as http://proxy.example:3128 or https://proxy.example:3128, or leave it out",
  };
}
