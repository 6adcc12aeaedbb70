/** One request from its arrival to the last byte of its answer: faults, then the gate, then the store, then faults again. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "#ports/clock.ts";
import { type Answer, answerJson, refuse } from "./answer.ts";
import { answerBlob } from "./blobs.ts";
import { type Call, readCall } from "./call.ts";
import { deliver, pause } from "./deliver.ts";
import { exchangeOf } from "./exchange.ts";
import type { FaultPlan, FaultyRequest } from "./fault.ts";
import { type Delivery, replacement, spoiled } from "./faulty-answer.ts";
import { answerToken, challengeOf, type Gate, mayPull, refusalOf } from "./gate.ts";
import { answerManifest, answerTags } from "./manifests.ts";
import type { MemoryStore } from "./memory-store.ts";
import type { LogLine, RequestLog } from "./request-log.ts";
import { answerUpload } from "./uploads.ts";

export interface Registry {
  readonly clock: Clock;
  readonly store: MemoryStore;
  readonly gate: Gate;
  readonly log: RequestLog;
  faults: FaultPlan;
}

/** Never rejects: what goes wrong in here is answered with 500, or ends the connection where an answer had begun. */
export async function serve(registry: Registry, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  // Also when the registry itself ends the connection.
  response.once("close", () => gone.abort());
  const { signal } = gone;
  const call = readCall(message);
  const line = registry.log.open(call.method, call.path, call.authorization);
  try {
    const delivery = await deliveryOf(registry, call, message, line, signal);
    if (delivery === undefined) return;
    line.status = delivery.answer.status;
    await deliver(response, delivery, registry.clock, signal);
  } catch (error) {
    if (signal.aborted || response.headersSent) response.destroy();
    else await deliver(response, { answer: refuse("UNKNOWN", { detail: String(error) }) }, registry.clock, signal);
  }
}

/** @returns undefined if nobody waits for an answer any more */
async function deliveryOf(
  registry: Registry,
  call: Call,
  message: IncomingMessage,
  line: LogLine,
  signal: AbortSignal,
): Promise<Delivery | undefined> {
  const target = faultyRequest(registry, call);
  const fault = registry.faults.takeAnswerFault(target);
  if (fault !== undefined) line.faults.push(fault.kind);
  if (fault?.kind === "stall") await pause(fault.forMs, registry.clock, signal);
  else if (fault !== undefined) {
    const url = `${call.origin}${message.url ?? call.path}`;
    return { answer: replacement(fault, { part: target.part, url, challenge: challengeOf(registry.gate, call) }) };
  }
  if (signal.aborted) return undefined;
  const right = refusalOf(registry.gate, call) ?? (await answerOf(registry, call, message));
  if (call.method !== "GET" || right.status >= 300 || right.body.length === 0) return { answer: right };
  const spoiler = registry.faults.takeBodyFault(target);
  if (spoiler === undefined) return { answer: right };
  line.faults.push(spoiler.kind);
  return spoiled(spoiler, right);
}

async function answerOf(registry: Registry, call: Call, message: IncomingMessage): Promise<Answer> {
  const { store, gate } = registry;
  const { route } = call;
  const exchange = exchangeOf(call, message, (repository) => mayPull(gate, call.authorization, repository));
  switch (route.part) {
    case "ping":
      return answerJson(200, {});
    case "token":
      return gate.authentication === "token" ? answerToken(gate, call) : refuse("UNSUPPORTED", { status: 404 });
    case "tags":
      return answerTags(store, route.repository, exchange);
    case "manifest":
      return answerManifest(store, route, exchange);
    case "blob":
      return answerBlob(store, route, exchange);
    case "upload":
      return answerUpload(store, route, exchange);
    case "bad-name":
      return refuse("NAME_INVALID");
    case "elsewhere":
      return refuse("UNSUPPORTED", { status: 404, message: "there is nothing at this path" });
  }
}

function faultyRequest({ store }: Registry, { method, route }: Call): FaultyRequest {
  if (route.part === "manifest") {
    const { part, repository, reference } = route;
    return { method, part, repository, references: [reference, ...store.otherNames(repository, reference)] };
  }
  return {
    method,
    part: route.part,
    references: "reference" in route ? [route.reference] : [],
    ...("repository" in route && { repository: route.repository }),
  };
}
