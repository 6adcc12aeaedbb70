/** One request as it arrived, read but not yet judged. */
import type { IncomingMessage } from "node:http";
import { type Authorization, readAuthorization } from "./authorization.ts";
import { type Route, routeOf } from "./route.ts";

export interface Call {
  readonly method: string;
  /** Still percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: Route;
  readonly authorization: Authorization;
  /** `http://host:port` under which the client reached the registry: locations start with it. */
  readonly origin: string;
}

export function readCall(message: IncomingMessage): Call {
  const [path = "/", query = ""] = (message.url ?? "/").split("?", 2);
  const { localAddress = "127.0.0.1", localPort = 80 } = message.socket;
  return {
    method: message.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    route: routeOf(path),
    authorization: readAuthorization(message.headers.authorization),
    origin: `http://${message.headers.host ?? `${localAddress}:${localPort}`}`,
  };
}
