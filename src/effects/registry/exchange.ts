/** One HTTP request and the head of its answer, directly or through a proxy. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type { ProxyServer, ProxySettings } from "#ports/registry.ts";
import { connectionFailure } from "./connection-failure.ts";
import { proxyFor } from "./proxy-choice.ts";
import { describeProxy, openTunnel, proxyAuthorization, proxyServerName } from "./tunnel.ts";
import { Unanswered, unreachable } from "./unanswered.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Transport {
  /**
   * @returns an answer of any status; its body must be read or dropped (body.ts)
   * @throws Unanswered; while `signal` has not aborted it says why
   */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

export interface TransportOptions {
  readonly userAgent: string;
  /** PEM, beside the authorities that Node knows. */
  readonly certificateAuthorities: readonly string[];
  readonly proxies: ProxySettings;
}

/** Many images of one registry are asked for; its connections are kept for a moment. */
const KEPT_CONNECTIONS_MAX = 16;

export function openTransport({ userAgent, certificateAuthorities, proxies }: TransportOptions): Transport {
  const secureContext = createSecureContext(
    certificateAuthorities.length > 0 ? { ca: [...rootCertificates, ...certificateAuthorities] } : {},
  );
  const kept = { keepAlive: true, maxFreeSockets: KEPT_CONNECTIONS_MAX };
  const agents: Agents = { plain: new HttpAgent(kept), tls: new HttpsAgent({ ...kept, secureContext }), secureContext };
  return {
    exchange(request, signal) {
      const headers = { Host: request.url.host, "User-Agent": userAgent, ...request.headers };
      return exchange({ ...request, headers }, proxyFor(request.url, proxies), agents, signal);
    },
    close() {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
}

interface Agents {
  readonly plain: HttpAgent;
  readonly tls: HttpsAgent;
  readonly secureContext: SecureContext;
}

async function exchange(
  request: HttpRequest,
  proxy: ProxyServer | undefined,
  agents: Agents,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  for (;;) {
    let sent: ClientRequest | undefined;
    try {
      sent = await send(request, proxy, agents, signal);
      const answer = await headOf(sent);
      if (proxy !== undefined && answer.statusCode === 407) {
        answer.destroy();
        throw unreachable("proxy", `${describeProxy(proxy)} wants a password, or another one`);
      }
      return answer;
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      // The peer closed a kept connection just when it was taken again: Node's documentation of reusedSocket.
      if (sent?.reusedSocket && !signal.aborted && isReset(error)) continue;
      const { cause, reason } = connectionFailure(error);
      throw unreachable(cause, `${request.url.host} ${reason}`);
    }
  }
}

async function send(
  { method, url, headers }: HttpRequest,
  proxy: ProxyServer | undefined,
  { plain, tls, secureContext }: Agents,
  signal: AbortSignal,
): Promise<ClientRequest> {
  const secure = url.protocol === "https:";
  if (proxy === undefined) {
    const options = { method, headers, agent: secure ? tls : plain, signal };
    return secure ? requestHttps(url, options) : requestHttp(url, options);
  }
  if (secure) {
    const socket = await openTunnel(url, proxy, secureContext, signal);
    // No agent: a tunnel serves one question, and is closed with it.
    return requestHttps(url, { method, headers, createConnection: () => socket, signal });
  }
  const { host, port } = proxy;
  const options = {
    method,
    host,
    port,
    path: url.href,
    headers: { ...headers, ...proxyAuthorization(proxy) },
    signal,
  };
  if (!proxy.secure) return requestHttp({ ...options, agent: plain });
  return requestHttps({ ...options, servername: proxyServerName(proxy), agent: tls });
}

function headOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    // Stays: errors after the answer's head end the body, and must not be thrown into the air.
    sent.on("error", reject);
    sent.end();
  });
}

function isReset(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}
