import { join } from "node:path";
import { findCommand } from "../../test/kit/run/find-command.ts";
import type { Cluster } from "../folder.ts";
import { startInside } from "../processes/holder.ts";

/**
 * Lets the host reach a port of the control plane's network on 127.0.0.1 and nowhere else. Network namespaces do not
 * divide UNIX sockets in the file system, so one of those joins the two halves; no route or interface is needed.
 */
export async function startForward(cluster: Cluster, name: string, from: number, to: number): Promise<void> {
  const socat = await findCommand("socat", "socat");
  const socket = join(cluster.path, "sockets", name);
  const connect = async (half: string, namespaces: readonly ("net" | "pid")[], listen: string, dial: string) =>
    startInside(cluster, "control-plane", namespaces, {
      name: `forward-${name}-${half}`,
      command: socat,
      // Packets of 64 KiB, and a minute for the other direction to end: an answer may come after the request's end.
      args: ["-b", "65536", "-t", "60", `${listen},fork,backlog=256`, dial],
    });
  await connect("inside", ["pid", "net"], `UNIX-LISTEN:${socket}`, `TCP:127.0.0.1:${to}`);
  await connect("host", ["pid"], `TCP-LISTEN:${from},bind=127.0.0.1,reuseaddr`, `UNIX-CONNECT:${socket}`);
}
