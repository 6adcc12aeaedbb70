/**
 * The fold of the verdict stream: the latest verdict of each node, image and secret, and what is known of the runs. It makes
 * sense of less than a whole stream: of one that was cut, a verdict that was planned and never given is `unknown`. Streams may
 * be merged in any order, since the time of a verdict decides, and not its place.
 */
import type {
  PlannedProof,
  ProofSubject,
  ProvingOutcome,
  ProvingStarted,
  Verdict,
  VerdictGiven,
  VerdictLine,
  VerdictWord,
} from "./verdict.ts";

export interface ProvingRun {
  readonly run: string;
  /** null where the stream's beginning is missing, as for all that follows. */
  larder: string | null;
  stock: string | null;
  nodes: readonly string[];
  proofs: readonly PlannedProof[];
  twoSided: boolean;
  /** Time stamps of the first and of the latest line, in ms since 1970. */
  startedMs: number;
  latestMs: number;
  readonly warnings: { readonly code: string; readonly message: string }[];
  /** null: the run goes on, or its stream was cut. */
  finish: { readonly outcome: ProvingOutcome; readonly durationMs: number } | null;
}

/** Only `foldVerdict` writes to it. */
export interface VerdictSet {
  readonly runs: Map<string, ProvingRun>;
  readonly latest: Map<string, { readonly verdict: Verdict; readonly atMs: number }>;
  /** Every text that many verdicts have in common, once: thousands of nodes name the same images and reasons. */
  readonly texts: Map<string, string>;
}

export function emptyVerdicts(): VerdictSet {
  return { runs: new Map(), latest: new Map(), texts: new Map() };
}

/**
 * Adds one line to `set`, in place.
 * @returns the run that the line belongs to
 */
export function foldVerdict(set: VerdictSet, line: VerdictLine): ProvingRun {
  const atMs = Date.parse(line.time);
  const run = ensureRun(set, line.run, atMs);
  run.latestMs = Math.max(run.latestMs, atMs);
  switch (line.kind) {
    case "run-started":
      foldStarted(run, line, atMs);
      break;
    case "verdict":
      keepLatest(set, line, atMs);
      break;
    case "warning":
      run.warnings.push({ code: line.code, message: line.message });
      break;
    case "run-finished":
      run.finish = { outcome: line.outcome, durationMs: line.durationMs };
      break;
  }
  return run;
}

/**
 * Every verdict there is, and `unknown` for each that was planned and not given: first in the order of the plans, image by
 * image, then those that no plan names.
 */
export function verdictsOf(set: VerdictSet): readonly Verdict[] {
  const all = new Map<string, Verdict>();
  for (const run of set.runs.values()) {
    for (const subject of plannedSubjects(run)) {
      const key = keyOf(subject);
      if (!all.has(key)) all.set(key, set.latest.get(key)?.verdict ?? untold(subject));
    }
  }
  for (const [key, { verdict }] of set.latest) if (!all.has(key)) all.set(key, verdict);
  return [...all.values()];
}

/** Whether every run says that it ended. */
export function isWhole(set: VerdictSet): boolean {
  return [...set.runs.values()].every(({ finish }) => finish !== null);
}

export type VerdictCounts = Readonly<Record<VerdictWord | "unprotected", number>>;

export function countVerdicts(verdicts: Iterable<Verdict>): VerdictCounts {
  const counts = { served: 0, refused: 0, absent: 0, unknown: 0, unprotected: 0 };
  for (const { verdict, protection } of verdicts) {
    counts[verdict] += 1;
    if (protection === "unprotected") counts.unprotected += 1;
  }
  return counts;
}

/** One text for each node, image and secret. */
export function keyOf({ node, image, secret }: ProofSubject): string {
  return JSON.stringify([node, image, secret]);
}

function ensureRun(set: VerdictSet, name: string, atMs: number): ProvingRun {
  const known = set.runs.get(name);
  if (known) return known;
  const run: ProvingRun = {
    run: name,
    larder: null,
    stock: null,
    nodes: [],
    proofs: [],
    twoSided: false,
    startedMs: atMs,
    latestMs: atMs,
    warnings: [],
    finish: null,
  };
  set.runs.set(name, run);
  return run;
}

function foldStarted(run: ProvingRun, { larder, stock, nodes, proofs, twoSided }: ProvingStarted, atMs: number): void {
  run.larder = larder;
  run.stock = stock;
  run.nodes = nodes;
  run.proofs = proofs;
  run.twoSided = twoSided;
  run.startedMs = atMs;
}

/** Of two verdicts at the same moment, the one that is told later counts. */
function keepLatest(set: VerdictSet, line: VerdictGiven, atMs: number): void {
  const key = keyOf(line);
  const known = set.latest.get(key);
  if (known && known.atMs > atMs) return;
  const shared = (text: string): string => sharedText(set, text);
  const { verdict, protection, cause, class: failureClass } = line;
  set.latest.set(key, {
    atMs,
    verdict: {
      node: shared(line.node),
      image: shared(line.image),
      secret: line.secret === null ? null : shared(line.secret),
      verdict,
      protection,
      reason: shared(line.reason),
      kubelet: line.kubelet === null ? null : shared(line.kubelet),
      ...(cause !== undefined && { cause }),
      ...(failureClass !== undefined && { class: failureClass }),
    },
  });
}

function sharedText({ texts }: VerdictSet, text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}

function* plannedSubjects({ nodes, proofs }: ProvingRun): Generator<ProofSubject> {
  for (const { image, secret, nodes: some } of proofs) {
    for (const node of some ?? nodes) yield { node, image, secret };
  }
}

function untold(subject: ProofSubject): Verdict {
  const reason = "the stream ends before it says";
  return { ...subject, verdict: "unknown", protection: "not-checked", reason, kubelet: null };
}
