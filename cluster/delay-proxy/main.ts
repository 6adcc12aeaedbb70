/**
 * Delays a connection: main FILE. FILE holds `{"delayMs": 200, "forwards": [{"listen": 5010, "host": "…", "port": 5000}]}`; every
 * byte waits so long in each direction, as on a long line, and none overtakes another. (netem, which would do this in the
 * kernel, is not in every kernel.)
 */
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";

interface Plan {
  readonly delayMs: number;
  readonly forwards: readonly { readonly listen: number; readonly host: string; readonly port: number }[];
}

const { delayMs, forwards } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Plan;

for (const { listen, host, port } of forwards) {
  createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host, port, allowHalfOpen: true });
    delayed(near, far);
    delayed(far, near);
  }).listen(listen, "127.0.0.1");
}

/** Timers of equal length fire in the order in which they were set, so the order of the bytes stays. */
function delayed(from: Socket, to: Socket): void {
  from.on("data", (chunk) => setTimeout(() => to.writable && to.write(chunk), delayMs));
  from.on("end", () => setTimeout(() => to.end(), delayMs));
  from.on("error", () => setTimeout(() => to.destroy(), delayMs));
  from.on("close", () => setTimeout(() => to.end(), delayMs));
}
