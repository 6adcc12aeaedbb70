import { link, lstat, rename, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { SOCKET_PATH_BYTES_MAX } from "#domain/runtime/sockets.ts";

/**
 * A UNIX socket that can go down and come back. gRPC's own listener is not used, since it can only be taken down for good.
 */
export interface Listener {
  up(): Promise<void>;
  /**
   * Breaks all connections and removes the socket.
   * @param remains keeps the socket's file, on which nobody listens then: what a killed runtime leaves
   */
  down(remains?: boolean): Promise<void>;
}

/** @throws if the path is longer than a socket's may be: libuv would cut it */
export function createListener(path: string, onConnection: (connection: Socket) => void): Listener {
  const bytes = Buffer.byteLength(path);
  if (bytes > SOCKET_PATH_BYTES_MAX) throw new Error(`${path} is ${bytes} bytes long, too long for a socket`);
  const connections = new Set<Socket>();
  let server: Server | undefined;
  let hasRemains = false;

  const accept = (connection: Socket): void => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
    // A client that dies is no concern of ours; its streams end with the connection.
    connection.on("error", () => undefined);
    onConnection(connection);
  };

  return {
    async up() {
      if (server !== undefined) return;
      await removeStaleSocket(path);
      hasRemains = false;
      const opened = createServer(accept);
      server = opened;
      await new Promise<void>((resolve, reject) => {
        opened.once("error", (error) => {
          server = undefined;
          reject(error);
        });
        opened.listen(path, resolve);
      });
    },
    async down(remains = false) {
      const closing = server;
      if (hasRemains && !remains) await removeStaleSocket(path);
      if (closing === undefined) return;
      server = undefined;
      // Closing unlinks the path, so what shall remain gets a second name first.
      if (remains) await link(path, `${path}.remains`);
      const closed = new Promise((resolve) => closing.close(resolve));
      for (const connection of connections) connection.destroy();
      await closed;
      hasRemains = remains;
      if (remains) await rename(`${path}.remains`, path);
    },
  };
}

/** A socket that a killed run left would be in the way; anything else at this path is somebody's, and stays. */
async function removeStaleSocket(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSocket()) await rm(path);
}
