/** A TLS connection through a proxy: CONNECT, then the handshake with the registry itself, which the proxy cannot read. */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import type { ProxyServer } from "#ports/registry.ts";
import { connectionFailure } from "./connection-failure.ts";
import { describeStatus } from "./refusal.ts";
import { unreachable } from "./unanswered.ts";

export function describeProxy({ host, port }: ProxyServer): string {
  return `the proxy ${host.includes(":") ? `[${host}]` : host}:${port}`;
}

export function proxyAuthorization({ credential }: ProxyServer): Record<string, string> {
  if (credential === undefined) return {};
  const pair = Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString("base64");
  return { "Proxy-Authorization": `Basic ${pair}` };
}

/** For TLS with the proxy itself: Node would take the name from the Host header, which is that of the registry. */
export function proxyServerName({ host }: ProxyServer): string {
  return isIP(host) === 0 ? host : "";
}

/**
 * @param signal closes the connection, whatever it has come to
 * @throws Unanswered where the proxy is at fault, else the error of the handshake
 */
export async function openTunnel(
  target: URL,
  proxy: ProxyServer,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const socket = await connectThrough(target, proxy, secureContext, signal);
  const servername = isIP(target.hostname) === 0 && !target.hostname.startsWith("[") ? target.hostname : "";
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const secured = connect({ socket, servername, host, secureContext });
  const close = (): void => void secured.destroy(new Error("closed"));
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  secured.once("close", () => signal.removeEventListener("abort", close));
  return new Promise((resolve, reject) => {
    secured.once("secureConnect", () => resolve(secured));
    // Stays: errors after the handshake belong to the request that uses the connection.
    secured.on("error", reject);
  });
}

async function connectThrough(
  target: URL,
  proxy: ProxyServer,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${target.hostname}:${target.port === "" ? "443" : target.port}`;
  const options = {
    host: proxy.host,
    port: proxy.port,
    method: "CONNECT",
    path: authority,
    headers: { Host: authority, ...proxyAuthorization(proxy) },
    signal,
  };
  // An agent of its own, or none: a connection that became a tunnel is no use to other requests.
  const request = proxy.secure
    ? requestHttps({ ...options, servername: proxyServerName(proxy), agent: new HttpsAgent({ secureContext }) })
    : requestHttp({ ...options, agent: false });
  return new Promise((resolve, reject) => {
    request.once("connect", (answer: IncomingMessage, socket: Socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(
        unreachable(
          "proxy",
          `${describeProxy(proxy)} answered ${describeStatus(answer.statusCode ?? 0)} for ${authority}`,
        ),
      );
    });
    request.once("response", (answer: IncomingMessage) => {
      answer.destroy();
      reject(
        unreachable(
          "proxy",
          `${describeProxy(proxy)} answered ${describeStatus(answer.statusCode ?? 0)} for ${authority}`,
        ),
      );
    });
    request.on("error", (error) => {
      reject(
        signal.aborted ? error : unreachable("proxy", `${describeProxy(proxy)} ${connectionFailure(error).reason}`),
      );
    });
    request.end();
  });
}
