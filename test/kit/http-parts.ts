/** Servers for tests that need answers which no registry gives, and a proxy before them; all on free ports of 127.0.0.1. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { SelfSigned } from "./certificate.ts";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
}

export interface HttpPart {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

/** @param tls its certificate; without one it speaks plain HTTP */
export async function serveHttp(listener: RequestListener, tls?: SelfSigned): Promise<HttpPart> {
  const requests: SeenRequest[] = [];
  const handle = (message: IncomingMessage, response: ServerResponse): void => {
    requests.push(seen(message));
    listener(message, response);
  };
  const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.key }, handle) : createServer(handle);
  return listen(server, requests);
}

/** Leads every request, plain or CONNECT, to the upstream; the name that was asked for does not matter. */
export async function serveProxy(upstream: { port: number }, password?: string, tls?: SelfSigned): Promise<HttpPart> {
  const requests: SeenRequest[] = [];
  const expected = password && `Basic ${Buffer.from(password).toString("base64")}`;
  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    expected === undefined || headers["proxy-authorization"] === expected;
  const handle = (message: IncomingMessage, response: ServerResponse): void => {
    requests.push(seen(message));
    if (!isAllowed(message)) return void response.writeHead(407).end();
    const { "proxy-authorization": _own, ...headers } = message.headers;
    const path = new URL(message.url ?? "").pathname;
    const onwards = request(
      { host: "127.0.0.1", port: upstream.port, method: message.method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onwards.on("error", () => response.destroy());
    onwards.end();
  };
  const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.key }, handle) : createServer(handle);
  server.on("connect", (message: IncomingMessage, client: Socket) => {
    requests.push(seen(message));
    if (!isAllowed(message)) return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const onwards = connect(upstream.port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(onwards).pipe(client);
    });
    for (const [one, other] of [
      [client, onwards],
      [onwards, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  return listen(server, requests);
}

function seen({ method = "", url = "", headers }: IncomingMessage): SeenRequest {
  return {
    method,
    url,
    host: headers.host ?? "",
    authorization: headers.authorization,
    userAgent: headers["user-agent"],
  };
}

async function listen(server: Server, requests: readonly SeenRequest[]): Promise<HttpPart> {
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"] as const) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    requests,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
