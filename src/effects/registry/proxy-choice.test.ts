import { describe, expect, it } from "vitest";
import type { ProxyServer } from "#ports/registry.ts";
import { proxyFor } from "./proxy-choice.ts";

const http: ProxyServer = { host: "plain", port: 1, secure: false, credential: undefined };
const https: ProxyServer = { ...http, host: "tls" };

/** As the tests of golang.org/x/net/http/httpproxy have it, where they have it. */
describe("NO_PROXY", () => {
  it.each<[string, string, boolean]>([
    ["", "https://example.com", true],
    ["example.com", "https://example.com", false],
    ["example.com", "https://www.example.com", false],
    ["example.com", "https://myexample.com", true],
    [".example.com", "https://example.com", true],
    [".example.com", "https://www.example.com", false],
    ["*.example.com", "https://example.com", true],
    ["*.example.com", "https://www.example.com", false],
    ["EXAMPLE.com", "https://Example.COM", false],
    ["example.com:443", "https://example.com", false],
    ["example.com:443", "https://example.com:8443", true],
    ["example.com:5000", "http://example.com:5000", false],
    ["example.com:80", "http://example.com", false],
    ["*", "https://example.com", false],
    ["other,example.com", "https://example.com", false],
    ["1.2.3.4", "https://1.2.3.4:5000", false],
    ["1.2.3.4:80", "https://1.2.3.4", true],
    ["1.2.3.4", "https://11.2.3.4", true],
    ["10.0.0.0/8", "https://10.1.2.3", false],
    ["10.0.0.0/8", "https://11.1.2.3", true],
    ["10.0.0.0/8", "https://example.com", true],
    ["10.0.0.0/99", "https://10.1.2.3", true],
    ["fd00::/8", "https://[fd00::1]:5000", false],
    ["fd00::1", "https://[fd00::1]", false],
    ["[fd00::1]:443", "https://[fd00::1]", false],
    ["[fd00::1]:443", "https://[fd00::1]:5000", true],
    ["", "https://localhost:5000", false],
    ["", "https://127.0.0.1:5000", false],
    ["", "https://127.9.9.9", false],
    ["", "https://[::1]:5000", false],
    ["localhost.example", "https://localhost.example", false],
  ])("%s for %s: by proxy %s", (exempt, url, isProxied) => {
    const found = proxyFor(new URL(url), { http, https, exempt: exempt.split(",") });
    expect(found).toBe(isProxied ? (url.startsWith("https") ? https : http) : undefined);
  });

  it("is not needed where there is no proxy of that kind", () => {
    expect(proxyFor(new URL("https://example.com"), { http, exempt: [] })).toBeUndefined();
    expect(proxyFor(new URL("http://example.com"), { http, exempt: [] })).toBe(http);
  });
});
