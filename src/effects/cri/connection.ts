/**
 * One HTTP/2 connection to a runtime's UNIX socket, which outlives restarts of the runtime: a connection that has ended is
 * replaced with the next call. For a socket on the same machine an attempt costs nothing, and pacing is the caller's
 * business, so a call fails at once while the runtime is down, and works at once when it is back.
 */
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect as connectSocket } from "node:net";

export interface Connection {
  /** For the next call; it may not be connected yet. */
  session(): ClientHttp2Session;
  /** Ends the connection; calls that still run fail. */
  close(): void;
}

/** Opens nothing yet: the first call does. */
export function openConnection(socket: string): Connection {
  let session: ClientHttp2Session | undefined;
  return {
    session() {
      if (session === undefined || session.closed || session.destroyed) session = openSession(socket);
      return session;
    },
    close: () => session?.destroy(),
  };
}

function openSession(socket: string): ClientHttp2Session {
  // The authority is what grpc-go's clients send over a UNIX socket.
  const session = connectHttp2("http://localhost", {
    createConnection: () => connectSocket(socket),
    settings: { enablePush: false },
  });
  // Each call hears of it by its own stream; without a listener it would end the process.
  session.on("error", () => undefined);
  return session;
}
