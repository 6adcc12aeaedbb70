/** One HTTP request to the API server, and the head of its answer. Connections are kept, since a command asks many questions. */
import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import { connectionProblem } from "./connection-words.ts";
import { type Failed, failedToReach, stopped, timedOut } from "./failed.ts";
import type { Identity, TlsSettings } from "./identity.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * A kept connection may have been closed by the server just now, and nobody knows whether it took the request; so what must not be asked
   * twice gets a connection of its own.
   */
  readonly wantsNewConnection: boolean;
}

export interface Transport {
  /** @returns an answer of any status, whose body must be read or destroyed */
  send(request: HttpRequest, identity: Identity, signal: AbortSignal): Promise<Result<IncomingMessage, Failed>>;
  /** How much longer the first connection may take, in ms; undefined: there was one. */
  firstReachMsLeft(): number | undefined;
  close(): void;
}

export interface TransportOptions {
  readonly server: URL;
  readonly clock: Pick<Clock, "deadline" | "monotonic">;
  /** How long a connection may take before there was ever one, in all. */
  readonly firstReachMs: number;
  /** How long an answer may take to begin before there was ever one. */
  readonly firstAnswerMs: number;
}

/** For a connection to a server that was there before. */
const CONNECT_MS = 10_000;
const CONNECT_MIN_MS = 1_000;

export function openTransport({ server, clock, firstReachMs, firstAnswerMs }: TransportOptions): Transport {
  let isReached = false;
  let isAnswered = false;
  let firstAsked: number | undefined;
  const agents = keptAgents(server);

  const firstReachMsLeft = (): number | undefined => {
    if (isReached) return undefined;
    firstAsked ??= clock.monotonic();
    return Math.max(0, firstReachMs - (clock.monotonic() - firstAsked));
  };

  return {
    async send(request, identity, signal) {
      if (signal.aborted) return fail(stopped);
      const ms = Math.max(firstReachMsLeft() ?? CONNECT_MS, CONNECT_MIN_MS);
      const connect = clock.deadline(ms);
      const answer = isAnswered ? undefined : clock.deadline(firstAnswerMs);
      let isConnected = false;
      try {
        const agent = identity.agent ?? agents.of(identity.tls, request.wantsNewConnection);
        const sent = open(server, request, identity, agent, signal);
        for (const late of [connect, answer]) late?.signal.addEventListener("abort", () => sent.destroy());
        onceConnected(sent, server.protocol === "https:", () => {
          isConnected = true;
          isReached = true;
          connect.dispose();
        });
        const head = await headOf(sent, request.body);
        isAnswered = true;
        return ok(head);
      } catch (error) {
        if (signal.aborted) return fail(stopped);
        if (connect.expired())
          return fail(failedToReach(`no connection within ${Math.ceil(ms / 1_000)} s`, "done-nothing"));
        if (answer?.expired()) return fail(timedOut(firstAnswerMs));
        return fail(brokenConnection(error, isConnected));
      } finally {
        connect.dispose();
        answer?.dispose();
      }
    },
    firstReachMsLeft,
    close: () => agents.close(),
  };
}

/** What had reached the server may have been done by it. */
function brokenConnection(error: unknown, isConnected: boolean): Failed {
  const { message, isLasting } = connectionProblem(error);
  if (isLasting) return failedToReach(message, "useless");
  return failedToReach(message, isConnected ? "may-help" : "done-nothing");
}

function open(
  server: URL,
  { method, path, headers, body }: HttpRequest,
  identity: Identity,
  agent: Agent,
  signal: AbortSignal,
): ClientRequest {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const options = {
    method,
    protocol: server.protocol,
    // In a URL an IPv6 address stands in brackets, for a connection it does not.
    hostname: server.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: server.port,
    // Servers behind a common door (Rancher and the like) have a path of their own.
    path: `${server.pathname.replace(/\/$/, "")}${path}`,
    headers: { ...headers, ...length, ...identity.headers },
    agent,
    signal,
  };
  return server.protocol === "https:" ? requestHttps(options) : requestHttp(options);
}

function headOf(sent: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    // Stays: errors after the answer's head end the body, and must not be thrown into the air.
    sent.on("error", reject);
    sent.on("close", () => reject(new Error("closed")));
    sent.end(body);
  });
}

function onceConnected(sent: ClientRequest, isSecure: boolean, connected: () => void): void {
  sent.once("socket", (socket) => {
    if (sent.reusedSocket) connected();
    else socket.once(isSecure ? "secureConnect" : "connect", connected);
  });
  sent.once("response", connected);
}

interface KeptAgents {
  of(tls: TlsSettings, isNew: boolean): Agent;
  close(): void;
}

/** One agent for as long as keys and certificates stay the same: plugins and files give new ones. */
function keptAgents(server: URL): KeptAgents {
  const isSecure = server.protocol === "https:";
  const make = (tls: TlsSettings, keepAlive: boolean): Agent =>
    isSecure ? new HttpsAgent({ ...tls, keepAlive }) : new HttpAgent({ keepAlive });
  const made: Agent[] = [];
  let current: { tls: TlsSettings; kept: Agent; fresh: Agent } | undefined;
  return {
    of(tls, isNew) {
      if (current === undefined || !isSame(current.tls, tls)) {
        current = { tls, kept: make(tls, true), fresh: make(tls, false) };
        made.push(current.kept, current.fresh);
      }
      return isNew ? current.fresh : current.kept;
    },
    close() {
      for (const agent of made) agent.destroy();
    },
  };
}

function isSame(one: TlsSettings, other: TlsSettings): boolean {
  const text = ({ ca, cert, key, servername, rejectUnauthorized }: TlsSettings): string =>
    JSON.stringify([String(ca), String(cert), String(key), servername, rejectUnauthorized]);
  return one === other || text(one) === text(other);
}
