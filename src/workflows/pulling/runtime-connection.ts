import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import type { EventBody } from "#domain/run/event.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriRuntime, RuntimeVersion } from "#ports/cri.ts";
import type { Files } from "#ports/files.ts";

export interface RuntimePorts {
  readonly clock: Clock;
  readonly files: Pick<Files, "socketState">;
  readonly connect: (socket: string) => Promise<CriRuntime>;
}

/**
 * The one connection of a run. It waits for a socket that is not there yet, and again when the runtime went away in
 * mid-run: a runtime that restarts costs time, never the result.
 */
export interface RuntimeConnection {
  /** The runtime, once it answers; undefined when the run was stopped first. */
  ready(): Promise<CriRuntime | undefined>;
  /** To be called when a call found the runtime gone: the next `ready` asks before it answers. */
  lost(): void;
  /** True once the runtime has answered a call. */
  readonly answered: boolean;
  close(): void;
}

export interface RuntimeSearch {
  /** Where to look, in order; the first that answers is used from then on. */
  readonly sockets: readonly string[];
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  /** Called when waiting is no use: what stands at the socket's path is no runtime, or may not be opened. Must abort `signal`. */
  readonly unusable: (why: string) => void;
}

const VERSION_TIMEOUT_MS = 5_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 1_000;

export function connectRuntime(
  { sockets, signal, emit, unusable }: RuntimeSearch,
  ports: RuntimePorts,
): RuntimeConnection {
  const { clock, files } = ports;
  let candidates = sockets;
  let current: CriRuntime | undefined;
  let isAlive = false;
  let answered = false;
  let search: Promise<CriRuntime | undefined> | undefined;

  async function find(): Promise<CriRuntime | undefined> {
    let told = "";
    for (let wait = RETRY_FIRST_MS; !signal.aborted; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
      const reasons: string[] = [];
      for (const socket of candidates) {
        const reason = await tryRuntime(socket);
        if (reason === undefined) return current;
        reasons.push(reason);
      }
      const message = reasons.join("; ");
      if (message !== told && !signal.aborted) emit({ kind: "runtime-waiting", sockets: candidates, message });
      told = message;
      await clock.sleep(wait, signal);
    }
    return undefined;
  }

  /** @returns undefined when it answered, else why not */
  async function tryRuntime(socket: string): Promise<string | undefined> {
    const state = await files.socketState(socket);
    if (state === "absent") return `${socket} is not there`;
    if (state !== "socket")
      return hopeless(socket, state === "denied" ? "may not be opened by this user" : "is not a socket");
    current ??= await ports.connect(socket);
    const deadline = clock.deadline(VERSION_TIMEOUT_MS, signal);
    const version = await current.version(deadline.signal);
    deadline.dispose();
    if (version.ok) return accept(socket, version.value);
    if (candidates.length > 1 || !answered) closeCurrent();
    return speaksNoCri(version.error)
      ? hopeless(socket, `does not speak CRI v1 (${version.error.message})`)
      : whyNot(socket, version.error);
  }

  function accept(socket: string, version: RuntimeVersion): undefined {
    candidates = [socket];
    isAlive = true;
    answered = true;
    emit({ kind: "runtime-connected", socket, runtime: version.name, runtimeVersion: version.version });
  }

  /** With several places to look, one that is of no use is only not the right one. */
  function hopeless(socket: string, why: string): string {
    if (candidates.length === 1) unusable(`${socket} ${why}`);
    return `${socket} ${why}`;
  }

  function closeCurrent(): void {
    current?.close();
    current = undefined;
    isAlive = false;
  }

  return {
    async ready() {
      if (isAlive) return current;
      search ??= find().finally(() => {
        search = undefined;
      });
      return search;
    },
    lost() {
      isAlive = false;
    },
    get answered() {
      return answered;
    },
    close: closeCurrent,
  };
}

function speaksNoCri(failure: RuntimeFailure): boolean {
  return failure.grpcCode === "Unimplemented";
}

function whyNot(socket: string, failure: RuntimeFailure): string {
  return `${socket} does not answer (${failure.message})`;
}
