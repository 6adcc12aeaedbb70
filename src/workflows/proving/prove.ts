/** A run that proves a Stock: from its first line to its last, with nothing left in the cluster. */
import { formatApiFailure } from "#domain/cluster/api-failure.ts";
import { isImageFor } from "#domain/cluster/eligibility.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import { formatSecretName } from "#domain/cluster/secret-name.ts";
import { outcomeOf } from "#domain/proving/outcome.ts";
import type { Proof } from "#domain/proving/plan.ts";
import { countVerdicts, type VerdictCounts } from "#domain/verdict/fold.ts";
import type { PlannedProof, ProvingOutcome, Verdict } from "#domain/verdict/verdict.ts";
import type { Deadline } from "#ports/clock.ts";
import { givenSecrets } from "./given-secrets.ts";
import { inLanes } from "./in-lanes.ts";
import { openProbeDesk } from "./probe-desk.ts";
import { proveNode } from "./prove-node.ts";
import type { ProvingPlan, ProvingPorts } from "./proving-plan.ts";
import { sweepProbes } from "./sweep.ts";

const NODES_AT_ONCE = 16;

/**
 * Proves every image on every node, and gives the verdicts as they come. Probes are deleted on every path; those that a killed run left
 * are removed before and after.
 * @param signal interrupts: what has no verdict by then is unknown
 */
export async function proveStock(plan: ProvingPlan, ports: ProvingPorts, signal: AbortSignal): Promise<ProvingOutcome> {
  const { clock, emit } = ports;
  const startedMs = clock.monotonic();
  emit({
    kind: "run-started",
    larder: plan.larder,
    stock: `${plan.stock.namespace}/${plan.stock.name}`,
    nodes: plan.nodes.map(({ name }) => name),
    proofs: plan.proofs.map((proof) => plannedProof(proof, plan.nodes)),
    twoSided: plan.isTwoSided,
    timeoutMs: plan.timeoutMs,
  });
  const deadline = clock.deadline(plan.timeoutMs, signal);
  try {
    await sweep(plan, ports, deadline.signal);
    const counts = await proveNodes(plan, ports, deadline, startedMs + plan.timeoutMs);
    await sweep(plan, ports, deadline.signal);
    const outcome = endOf(plan, counts, deadline);
    emit({ kind: "run-finished", outcome, durationMs: Math.round(clock.monotonic() - startedMs), ...counts.verdicts });
    return outcome;
  } finally {
    deadline.dispose();
  }
}

interface Counts {
  readonly verdicts: VerdictCounts;
  /** How many verdicts the run ended before. */
  readonly unfinished: number;
}

async function proveNodes(
  plan: ProvingPlan,
  ports: ProvingPorts,
  deadline: Deadline,
  endsAtMs: number,
): Promise<Counts> {
  const desk = openProbeDesk(plan, ports);
  const secrets = givenSecrets(plan.stock.namespace, ports.readSecret, ports.api);
  const nodePorts = {
    ...ports,
    desk,
    givenSecrets: secrets,
    endsAtMs,
    give: (verdict: Verdict) => ports.emit({ kind: "verdict", ...verdict }),
  };
  let counts: Counts = { verdicts: countVerdicts([]), unfinished: 0 };
  try {
    await inLanes(plan.nodes, NODES_AT_ONCE, async (node) => {
      const given = await proveNode(node, plan, nodePorts, deadline);
      counts = added(counts, given);
    });
  } finally {
    const closed = await desk.close();
    if (!closed.ok) {
      const message = `probes may be left, and the next run removes them: ${formatApiFailure(closed.error)}`;
      ports.emit({ kind: "warning", code: "PROBES_LEFT", message });
    }
  }
  return counts;
}

function added({ verdicts, unfinished }: Counts, given: readonly Verdict[]): Counts {
  const more = countVerdicts(given);
  const cut = given.filter(({ cause }) => cause === "deadline" || cause === "interrupted");
  return {
    verdicts: {
      served: verdicts.served + more.served,
      refused: verdicts.refused + more.refused,
      absent: verdicts.absent + more.absent,
      unknown: verdicts.unknown + more.unknown,
      unprotected: verdicts.unprotected + more.unprotected,
    },
    unfinished: unfinished + cut.length,
  };
}

/** A run that came to know everything before it was cut short has an outcome of its own. */
function endOf({ isStrict, isRepairing }: ProvingPlan, { verdicts, unfinished }: Counts, deadline: Deadline) {
  const outcome = outcomeOf(verdicts, isStrict);
  const isCut = deadline.signal.aborted && (unfinished > 0 || (isRepairing && outcome === "unproven"));
  if (!isCut) return outcome;
  return deadline.expired() ? "deadline" : "interrupted";
}

async function sweep({ stock }: ProvingPlan, { api, clock, emit }: ProvingPorts, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const swept = await sweepProbes(stock, { api, clock }, signal);
  if (swept.ok && swept.value > 0) {
    const message = `removed ${swept.value} ${swept.value === 1 ? "probe" : "probes"} of an earlier run that was killed`;
    emit({ kind: "warning", code: "PROBES_REMOVED", message });
  }
  if (!swept.ok && swept.error.kind !== "aborted") {
    const message = `could not look for probes of an earlier run: ${formatApiFailure(swept.error)}`;
    emit({ kind: "warning", code: "PROBES_NOT_LISTED", message });
  }
}

function plannedProof({ image, secret }: Proof, nodes: readonly NodeFacts[]): PlannedProof {
  const some = nodes.filter((node) => isImageFor(node, image));
  return {
    image: image.reference.written,
    secret: secret === null ? null : formatSecretName(secret),
    ...(some.length < nodes.length && { nodes: some.map(({ name }) => name) }),
  };
}
