/** The runs of all nodes, driven by what the watches bring. */
import type { LarderPod } from "#domain/observing/pod-facts.ts";
import type { RunOutcome } from "#domain/run/event.ts";
import type { Change } from "#ports/kubernetes.ts";
import type { ReadAgentLog } from "./agent-logs.ts";
import type { AwaitPlan, AwaitPorts } from "./await-stocks.ts";
import { type ObservedNode, withPods } from "./awaited-stock.ts";
import { LeftOutNodes } from "./left-out-nodes.ts";
import { NodeRun, stocksOf } from "./node-run.ts";
import { PodsByNode } from "./pods-by-node.ts";

export interface NodeRunsPorts extends Pick<AwaitPorts, "clock" | "emit" | "warn"> {
  readonly readAgentLog: ReadAgentLog;
  /** Called when nothing is left to wait for. */
  readonly end: () => void;
}

export class NodeRuns {
  readonly #plan: AwaitPlan;
  readonly #ports: NodeRunsPorts;
  readonly #signal: AbortSignal;
  readonly #nodes = new Map<string, ObservedNode>();
  readonly #runs = new Map<string, NodeRun>();
  readonly #pods: PodsByNode;
  readonly #leftOut: LeftOutNodes;
  readonly #judged = new Set<NodeRun>();
  /** And perhaps some that are finished since it was last looked at. */
  readonly #unfinished = new Set<NodeRun>();
  #areNodesListed = false;
  #isLeftOutTold = false;

  constructor(plan: AwaitPlan, podQueries: number, ports: NodeRunsPorts, signal: AbortSignal) {
    this.#plan = plan;
    this.#ports = ports;
    this.#signal = signal;
    this.#pods = new PodsByNode(podQueries);
    this.#leftOut = new LeftOutNodes(ports.warn);
  }

  takeNodes(change: Change<ObservedNode>): void {
    switch (change.kind) {
      case "listed":
        this.#listNodes(change.items);
        break;
      case "changed":
        this.#nodes.set(change.item.name, change.item);
        this.#follow(change.item.name);
        break;
      case "deleted":
        this.#remove(change.item.name);
        break;
      case "interrupted":
        return;
    }
    this.#endIfDone();
  }

  takePods(query: number, change: Change<LarderPod>): void {
    const wasListed = this.#pods.areListed;
    const touched = this.#pods.take(query, change);
    const isFirst = !wasListed && this.#pods.areListed;
    for (const node of isFirst ? this.#nodes.keys() : touched) this.#follow(node);
    this.#endIfDone();
  }

  /** What is not final ends as it is. @returns the outcome of all together */
  finish(outcome: "deadline" | "interrupted"): RunOutcome {
    if (!this.#areNodesListed) return outcome === "interrupted" ? "interrupted" : "unreachable";
    this.#tellLeftOut();
    this.stop(outcome);
    if (this.#runs.size === 0) this.#ports.warn("NO_NODES", "no node of the cluster is meant");
    const outcomes = new Set(Array.from(this.#runs.values(), (run) => run.outcome));
    for (const worse of ["interrupted", "deadline", "incomplete"] as const) if (outcomes.has(worse)) return worse;
    return this.#runs.size === 0 ? "incomplete" : "stocked";
  }

  stop(outcome: "deadline" | "interrupted" | "halted", why?: string): void {
    for (const known of this.#nodes.values()) {
      const node = this.#asMeant(known);
      if (node.wanted.length > 0) this.#runOf(node);
    }
    for (const run of this.#runs.values()) run.stop(outcome, why);
  }

  #listNodes(nodes: readonly ObservedNode[]): void {
    const names = new Set(nodes.map(({ name }) => name));
    for (const name of this.#nodes.keys()) if (!names.has(name)) this.#remove(name);
    for (const node of nodes) this.#nodes.set(node.name, node);
    this.#areNodesListed = true;
    for (const name of names) this.#follow(name);
  }

  #remove(name: string): void {
    this.#nodes.delete(name);
    this.#leave(name, `the node ${name} left the cluster`);
  }

  #leave(name: string, message: string): void {
    const run = this.#runs.get(name);
    if (run && !run.hasLeft) run.leave(message);
  }

  #follow(name: string): void {
    const known = this.#nodes.get(name);
    if (!known || !this.#areNodesListed || !this.#pods.areListed) return;
    const node = this.#asMeant(known);
    if (node.wanted.length === 0) {
      this.#leave(
        name,
        `the node ${name} is no longer meant: it ${node.leftOut?.reason ?? "is not what the Stock asks for"}`,
      );
      return;
    }
    const run = this.#runOf(node);
    run.follow(node, this.#pods.on(name));
    this.#judgeLater(run);
  }

  #asMeant(node: ObservedNode): ObservedNode {
    const run = this.#runs.get(node.name);
    const isBegun = run !== undefined && !run.hasLeft;
    return isBegun || this.#pods.on(node.name).length > 0 ? withPods(node) : node;
  }

  #tellLeftOut(): void {
    this.#leftOut.tell(Array.from(this.#nodes.values(), (node) => this.#asMeant(node)));
  }

  #runOf(node: ObservedNode): NodeRun {
    const known = this.#runs.get(node.name);
    if (known && !known.hasLeft && known.stocks === stocksOf(node)) return known;
    known?.leave(`the node ${node.name} is meant by other Stocks than before`);
    const progressed = (): void => this.#endIfDone();
    const run = new NodeRun(node, this.#plan, { ...this.#ports, progressed });
    this.#runs.set(node.name, run);
    this.#unfinished.add(run);
    return run;
  }

  #judgeLater(run: NodeRun): void {
    const atMs = run.judgedAtMs;
    if (atMs === undefined || this.#judged.has(run)) return;
    this.#judged.add(run);
    const { clock } = this.#ports;
    void clock.sleep(Math.max(1, atMs - clock.monotonic()), this.#signal).then(() => {
      this.#judged.delete(run);
      if (this.#signal.aborted) return;
      run.judge();
      this.#judgeLater(run);
      this.#endIfDone();
    });
  }

  #endIfDone(): void {
    if (!this.#areNodesListed || !this.#pods.areListed) return;
    if (!this.#isLeftOutTold) this.#tellLeftOut();
    this.#isLeftOutTold = true;
    for (const run of this.#unfinished) {
      if (!run.isFinished) return;
      this.#unfinished.delete(run);
    }
    this.#ports.end();
  }
}
