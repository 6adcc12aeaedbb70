/**
 * The fold for many nodes: the runs of all of them, and beside them what a person wants to know of the whole (how far it
 * is, which failures nodes have in common), kept up to date with every event. So a display of 5,000 nodes costs what it
 * shows, however many events there were.
 */
import type { LarderEvent } from "./event.ts";
import { foldEvent } from "./fold.ts";
import { emptyRuns, findRun, type RunRecord, type Runs, type Standing } from "./run-record.ts";
import { countFinished, type KnownRunOutcome } from "./selectors.ts";
import { countTrouble, type Trouble, type Troubles } from "./trouble.ts";

/** Where a node stands: `waiting` before anything is known of its images, `pulling` until its run is finished, then the outcome. */
export type NodePhase = "waiting" | "pulling" | Exclude<KnownRunOutcome, "unfinished">;

export interface FleetTotals {
  /** Those that left count nowhere but in `left`: nobody waits for them, and what they had is gone. */
  nodes: number;
  left: number;
  readonly phases: Record<NodePhase, number>;
  /** Images times nodes: each node counts those that its own run names. */
  images: number;
  readonly counts: Record<Standing, number>;
  /** Sum of the known sizes. */
  readonly bytes: { pulled: number; present: number };
  /** Of the first run; Infinity without any. */
  startedMs: number;
}

/** Only `foldFleetEvent` writes to it. */
export interface Fleet {
  readonly runs: Runs;
  readonly totals: FleetTotals;
  readonly troubles: Troubles;
}

export function emptyFleet(): Fleet {
  const counts: FleetTotals["counts"] = {
    waiting: 0,
    pulling: 0,
    tried: 0,
    delayed: 0,
    pulled: 0,
    present: 0,
    failed: 0,
    deadline: 0,
    interrupted: 0,
    halted: 0,
  };
  const phases = { waiting: 0, pulling: 0, stocked: 0, incomplete: 0, deadline: 0, unreachable: 0, interrupted: 0 };
  const totals = {
    nodes: 0,
    left: 0,
    phases,
    images: 0,
    counts,
    bytes: { pulled: 0, present: 0 },
    startedMs: Infinity,
  };
  return { runs: emptyRuns(), totals, troubles: new Map() };
}

/**
 * Adds one event to `fleet`, in place.
 * @returns the trouble that this event told of a node for the first time, with the number of nodes that have it so far
 */
export function foldFleetEvent(fleet: Fleet, event: LarderEvent): Trouble | undefined {
  const before = findRun(fleet.runs, event);
  const trouble = countTrouble(fleet.troubles, event, before && isNode(before) ? before : undefined);
  if (before) addRun(fleet.totals, before, -1);
  addRun(fleet.totals, foldEvent(fleet.runs, event), 1);
  return trouble;
}

export function phaseOf(run: RunRecord): NodePhase {
  if (run.finish !== null) return run.finish.outcome;
  return run.active.size === 0 && countFinished(run) === 0 ? "waiting" : "pulling";
}

/** What is about no single node, such as an API server that cannot be reached, is told as a warning of a run that never begins. */
export function isNode(run: RunRecord): boolean {
  return (
    run.larder !== null || run.images.size > 0 || run.finish !== null || run.hasLeft || run.runtime.kind !== "unknown"
  );
}

/** Written out, since it runs twice for each event. */
function addRun(totals: FleetTotals, run: RunRecord, sign: 1 | -1): void {
  const { counts } = totals;
  if (!isNode(run)) return;
  if (run.hasLeft) {
    totals.left += sign;
    return;
  }
  totals.nodes += sign;
  totals.phases[phaseOf(run)] += sign;
  totals.images += sign * run.images.size;
  counts.waiting += sign * run.counts.waiting;
  counts.pulling += sign * run.counts.pulling;
  counts.tried += sign * run.counts.tried;
  counts.delayed += sign * run.counts.delayed;
  counts.pulled += sign * run.counts.pulled;
  counts.present += sign * run.counts.present;
  counts.failed += sign * run.counts.failed;
  counts.deadline += sign * run.counts.deadline;
  counts.interrupted += sign * run.counts.interrupted;
  counts.halted += sign * run.counts.halted;
  totals.bytes.pulled += sign * run.bytes.pulled;
  totals.bytes.present += sign * run.bytes.present;
  totals.startedMs = Math.min(totals.startedMs, run.startedMs);
}
