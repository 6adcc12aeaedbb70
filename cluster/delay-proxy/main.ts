/**
 * Delays connections: main FILE READY_FILE. FILE holds `{"delayMs": 200, "forwards": [{"listen": 5010, "host": "…", "port": 5000}]}`; every
 * byte waits so long in each direction, as on a long line, and none overtakes another. READY_FILE is written when it listens.
 * (netem, which would do this in the kernel, is not in every kernel.)
 */
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";

interface Plan {
  readonly delayMs: number;
  readonly forwards: readonly { readonly listen: number; readonly host: string; readonly port: number }[];
}

const [, , planFile = "", readyFile = ""] = process.argv;
const { delayMs, forwards } = JSON.parse(readFileSync(planFile, "utf8")) as Plan;

for (const { listen, host, port } of forwards) {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host, port, allowHalfOpen: true });
    delayed(near, far);
    delayed(far, near);
  });
  server.listen(listen, "127.0.0.1");
  await once(server, "listening");
}
writeFileSync(readyFile, "");

/** Timers of equal length fire in the order in which they were set, so the order of the bytes stays. */
function delayed(from: Socket, to: Socket): void {
  from.on("data", (chunk) => setTimeout(() => to.writable && to.write(chunk), delayMs));
  from.on("end", () => setTimeout(() => to.end(), delayMs));
  from.on("error", () => setTimeout(() => to.destroy(), delayMs));
  from.on("close", () => setTimeout(() => to.end(), delayMs));
}
