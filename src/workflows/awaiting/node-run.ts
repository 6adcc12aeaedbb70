/** One node, from the first look until every image on it is final: its part of the event stream. */
import { ImageTrack } from "#domain/observing/image-track.ts";
import { nodeStandings } from "#domain/observing/node-standing.ts";
import type { LarderContainer, LarderPod } from "#domain/observing/pod-facts.ts";
import type { EventBody, ImageOutcome, LarderEvent, RunOutcome } from "#domain/run/event.ts";
import type { StockMethod } from "#domain/stock/stock.ts";
import type { Clock } from "#ports/clock.ts";
import type { ReadAgentLog } from "./agent-logs.ts";
import type { ObservedNode } from "./awaited-stock.ts";

export interface NodeRunPorts {
  readonly clock: Clock;
  /** @param time of an event that somebody else told, as RFC 3339; absent: now */
  readonly emit: (node: string, body: EventBody, time?: string) => void;
  readonly readAgentLog: ReadAgentLog;
  /** Called when the run got further by itself: a log has come. */
  readonly progressed: () => void;
}

export interface NodeRunPlan {
  readonly larder: string;
  readonly timeoutMs: number;
  readonly presentBeforeMs: number;
}

/** All requests of one node together must stay few. */
const LOGS_PER_NODE = 2;
const NAMES_SHOWN = 5;

export class NodeRun {
  readonly name: string;
  /** Names of the Stocks that it has images of. */
  readonly stocks: string;
  isFinished = false;
  /** It ended because its node left. */
  hasLeft = false;
  /** Of a finished run. */
  outcome: RunOutcome = "stocked";
  readonly #ports: NodeRunPorts;
  readonly #startedMs: number;
  readonly #tracks = new Map<string, ImageTrack>();
  #node: ObservedNode;
  #pods: readonly LarderPod[] = [];
  readonly #logsRead = new Set<string>();
  /** Images whose agent has ended, and whose log is on its way. */
  readonly #held = new Map<string, readonly string[]>();

  constructor(node: ObservedNode, plan: NodeRunPlan, ports: NodeRunPorts) {
    this.#node = node;
    this.#ports = ports;
    this.#startedMs = ports.clock.monotonic();
    this.name = node.name;
    this.stocks = stocksOf(node);
    for (const { images, graceMs } of node.wanted) {
      for (const image of images) {
        const options = { image, startedMs: this.#startedMs, graceMs, presentBeforeMs: plan.presentBeforeMs };
        if (!this.#tracks.has(image)) this.#tracks.set(image, new ImageTrack(options));
      }
    }
    this.#emit({
      kind: "run-started",
      larder: plan.larder,
      method: methodOf(node),
      images: Array.from(this.#tracks.keys(), (image) => ({ image, names: [image] })),
      parallel: null,
      timeoutMs: plan.timeoutMs,
    });
  }

  /** @param pods all that are on the node now */
  follow(node: ObservedNode, pods: readonly LarderPod[]): void {
    if (this.isFinished) return;
    this.#node = node;
    this.#pods = pods;
    this.#askForLogs();
    this.#followPods();
  }

  /** Lets time speak: a permanent failure becomes final after its grace. */
  judge(): void {
    if (this.isFinished) return;
    for (const track of this.#tracks.values()) this.#emitAll(track.judge(this.#now()));
    this.#finishIfDone();
  }

  /** In ms that only grow; undefined: time alone changes nothing. */
  get judgedAtMs(): number | undefined {
    const times = Array.from(this.#tracks.values(), ({ judgedAtMs }) => judgedAtMs ?? Infinity);
    const next = this.isFinished ? Infinity : Math.min(...times);
    return next === Infinity ? undefined : next;
  }

  /** Nobody waits any longer: what is not final ends as it is. */
  stop(outcome: Extract<ImageOutcome, "deadline" | "interrupted" | "halted">, why?: string): void {
    if (this.isFinished) return;
    this.#held.clear();
    this.#followPods();
    if (this.isFinished) return;
    const { notReady } = this.#node;
    if (notReady !== undefined) this.#emit({ kind: "warning", code: "NODE_NOT_READY", message: notReady });
    const reason = why ?? notReady ?? (this.#pods.length === 0 ? NO_PODS : undefined);
    for (const track of this.#tracks.values()) {
      if (track.outcome === undefined) this.#emit(track.end(outcome, this.#now(), reason));
    }
    this.#finish();
  }

  /** @param message why nobody waits for this node: a sentence without a full stop */
  leave(message: string): void {
    this.hasLeft = true;
    this.#held.clear();
    this.#emit({ kind: "node-left", message });
    if (!this.isFinished) this.#finish();
  }

  #followPods(): void {
    const held = new Set([...this.#held.values()].flat());
    for (const [image, standing] of nodeStandings(this.#node.wanted, this.#pods)) {
      if (!held.has(image)) this.#emitAll(this.#tracks.get(image)?.follow(standing, this.#now()) ?? []);
    }
    this.#finishIfDone();
  }

  #askForLogs(): void {
    const isAgentAlone = new Set(this.#node.wanted.filter(({ method }) => method === "cri").map(({ stock }) => stock));
    for (const pod of this.#pods) {
      if (pod.role !== "agent" || !isAgentAlone.has(pod.stock)) continue;
      for (const container of pod.containers) {
        const { state, images } = container;
        if (images.length > 0 && state.kind === "ended" && state.exitCode === 0) this.#askForLog(pod, container);
      }
    }
  }

  #askForLog({ uid, namespace, name }: LarderPod, { name: container, images }: LarderContainer): void {
    const key = `${uid}/${container}`;
    if (this.#logsRead.has(key) || this.#logsRead.size >= LOGS_PER_NODE) return;
    this.#logsRead.add(key);
    this.#held.set(key, images);
    const come = (events: readonly LarderEvent[] | undefined): void => {
      if (!this.#held.delete(key)) return;
      for (const event of events ?? []) this.#retell(event);
      this.#followPods();
      this.#ports.progressed();
    };
    void this.#ports.readAgentLog({ namespace, pod: name, container }).then(come, () => come(undefined));
  }

  /** The agent's own words, at its own time. */
  #retell(event: LarderEvent): void {
    const { schema: _schema, run: _run, node: _node, time, ...body } = event;
    switch (body.kind) {
      case "run-started":
      case "run-finished":
      case "node-left":
        return;
      case "image-finished":
        for (const image of body.names) {
          const track = this.#tracks.get(image);
          if (track === undefined || track.outcome !== undefined) continue;
          track.endedAs(body.outcome);
          this.#ports.emit(this.name, { ...body, image, names: [image] }, time);
        }
        return;
      default:
        if (!("image" in body) || this.#tracks.has(body.image)) this.#ports.emit(this.name, body, time);
    }
  }

  #finishIfDone(): void {
    if (this.isFinished || this.#held.size > 0) return;
    for (const { outcome } of this.#tracks.values()) if (outcome === undefined) return;
    this.#finish();
  }

  #finish(): void {
    this.#warnOfUnheld();
    this.isFinished = true;
    const outcomes = Array.from(this.#tracks.values(), ({ outcome }) => outcome).filter((one) => one !== undefined);
    const count = (wanted: ImageOutcome): number => outcomes.filter((outcome) => outcome === wanted).length;
    const [pulled, present] = [count("pulled"), count("present")];
    this.outcome = outcomeOf(outcomes);
    this.#emit({
      kind: "run-finished",
      outcome: this.outcome,
      durationMs: Math.max(0, Math.round(this.#now() - this.#startedMs)),
      pulled,
      present,
      failed: outcomes.length - pulled - present,
    });
    this.#pods = [];
    this.#tracks.clear();
  }

  #warnOfUnheld(): void {
    const unheld = Array.from(this.#tracks).flatMap(([image, { standing }]) =>
      standing.kind === "stocked" && standing.unheld !== undefined ? [{ image, why: standing.unheld }] : [],
    );
    const [first] = unheld;
    if (first === undefined) return;
    const names = unheld.slice(0, NAMES_SHOWN).map(({ image }) => image);
    const more = unheld.length > NAMES_SHOWN ? ` and ${unheld.length - NAMES_SHOWN} more` : "";
    this.#emit({
      kind: "warning",
      code: "IMAGE_NOT_HELD",
      message: `no container holds ${names.join(", ")}${more}, so the kubelet may remove what it pulled when its disk gets full: ${first.why}`,
    });
  }

  #emitAll(bodies: readonly EventBody[]): void {
    for (const body of bodies) this.#emit(body);
  }

  #emit(body: EventBody): void {
    this.#ports.emit(this.name, body);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

const NO_PODS =
  "no pod of the Stock came to this node: look at the events of its DaemonSets, for a quota, an admission policy or a missing right";

export function stocksOf({ wanted }: ObservedNode): string {
  return wanted.map(({ namespace, stock }) => `${namespace}/${stock}`).join(", ");
}

function methodOf({ wanted }: ObservedNode): StockMethod {
  const [first = "kubelet", ...others] = new Set(wanted.map(({ method }) => method));
  return others.length === 0 ? first : "hybrid";
}

function outcomeOf(outcomes: readonly ImageOutcome[]): RunOutcome {
  if (outcomes.includes("interrupted")) return "interrupted";
  if (outcomes.includes("deadline")) return "deadline";
  return outcomes.includes("failed") || outcomes.includes("halted") ? "incomplete" : "stocked";
}
