/**
 * A CRI runtime that answers as CRI-O: main RUNTIME_SOCKET SOCKET ANSWER_FILE. Calls go to the runtime behind; `changes.ts` has
 * those that come back different. ANSWER_FILE holds `digest` or `id`, what PullImage gives; it is read for every pull.
 */
import { readFileSync, rmSync } from "node:fs";
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { connect as connectSocket } from "node:net";
import { changes } from "./changes.ts";
import { passThrough } from "./pass-through.ts";
import { answer, callRuntime, readMessage } from "./unary.ts";

const UNAVAILABLE = 14;
const [, , runtimeSocket = "", socket = "", answerFile = ""] = process.argv;
let connection: ClientHttp2Session | undefined;

/** One connection for all calls, opened anew after the runtime was restarted. */
function runtime(): ClientHttp2Session {
  if (connection === undefined || connection.closed || connection.destroyed) {
    connection = connect("http://localhost", { createConnection: () => connectSocket(runtimeSocket) });
    connection.on("error", () => connection?.destroy());
  }
  return connection;
}

async function change(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, path: string): Promise<void> {
  const request = await readMessage(stream);
  const answered = await callRuntime(runtime(), headers, request);
  const exchange = {
    request,
    answered,
    ask: (method: string, message: Uint8Array) => callRuntime(runtime(), { ...headers, ":path": method }, message),
    pullAnswer: () => (readFileSync(answerFile, "utf8").trim() === "id" ? "id" : ("digest" as const)),
  } as const;
  answer(stream, (await changes[path]?.(exchange)) ?? answered);
}

const server = createServer();
server.on("stream", (stream, headers) => {
  const path = headers[":path"] ?? "";
  if (changes[path] === undefined) {
    passThrough(stream, headers, runtime());
    return;
  }
  stream.on("error", () => stream.destroy());
  change(stream, headers, path).catch((error: Error) => {
    answer(stream, { code: UNAVAILABLE, text: error.message, message: new Uint8Array() });
  });
});
rmSync(socket, { force: true });
server.listen(socket);
