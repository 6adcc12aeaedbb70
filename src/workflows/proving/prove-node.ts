/**
 * Proves one node. With repair it goes in rounds: ask, adopt what is withheld, ask again. All is asked again, not only what was adopted: when
 * the kubelet pulls an image for the first time, it withholds from then on what lies there under other names of the same image.
 */
import { isImageFor } from "#domain/cluster/eligibility.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import { formatSecretName } from "#domain/cluster/secret-name.ts";
import type { Answer } from "#domain/proving/answer.ts";
import { type Evidence, judge, type Repair, unproven } from "#domain/proving/judge.ts";
import type { Presence } from "#domain/proving/node-images.ts";
import { adoptionOf, counterQuestionOf, keyOfQuestion, type Proof, questionOf } from "#domain/proving/plan.ts";
import type { ProofSubject, Verdict } from "#domain/verdict/verdict.ts";
import type { Deadline } from "#ports/clock.ts";
import { askNode } from "./ask-node.ts";
import type { AskPorts } from "./ask-pod.ts";
import { lookAtNode } from "./look-at-node.ts";
import type { ProvingPlan, ProvingPorts } from "./proving-plan.ts";
import { type VerdictBook, verdictBook } from "./verdict-book.ts";

export interface NodePorts extends AskPorts, Pick<ProvingPorts, "api" | "clock"> {
  readonly give: (verdict: Verdict) => void;
}

/** A question is answered in seconds; this much is for a node that must pull Larder's image first. */
const QUESTION_MS = 120_000;
/** An adoption may meet another image that shares its ID, and that one a third; more rounds mean that something else is wrong. */
const ROUNDS_MAX = 3;
const LOOK_AGAIN_MS = 10_000;

/** @returns the last verdict on each proof; every one was given */
export async function proveNode(
  node: NodeFacts,
  plan: ProvingPlan,
  ports: NodePorts,
  deadline: Deadline,
): Promise<readonly Verdict[]> {
  const proofs = plan.proofs.filter(({ image }) => isImageFor(node, image));
  const book = verdictBook(ports.give);
  for (const proof of proofs) {
    const { obstacle } = proof;
    if (obstacle !== undefined) book.give(proof, unproven(subjectOf(node, proof), obstacle, "secret-missing"));
  }
  const askable = proofs.filter(({ obstacle }) => obstacle === undefined);
  const unready = whyUnready(node);
  if (unready !== undefined) {
    for (const proof of askable) book.give(proof, unproven(subjectOf(node, proof), unready, "node-unavailable"));
    return book.all();
  }
  await proveInRounds({ node, plan, ports, deadline, book }, askable);
  const [reason, cause] = deadline.expired()
    ? (["the deadline passed before the kubelet answered", "deadline"] as const)
    : (["the run was interrupted before the kubelet answered", "interrupted"] as const);
  for (const proof of askable) {
    if (!book.has(proof)) book.give(proof, unproven(subjectOf(node, proof), reason, cause));
  }
  return book.all();
}

interface Proving {
  readonly node: NodeFacts;
  readonly plan: ProvingPlan;
  readonly ports: NodePorts;
  readonly deadline: Deadline;
  readonly book: VerdictBook;
}

async function proveInRounds(proving: Proving, proofs: readonly Proof[]): Promise<void> {
  const { plan, deadline, book } = proving;
  const repairs = new Map<Proof, Repair>();
  for (let round = 1; ; round++) {
    await askAll(proving, proofs, repairs, !plan.isRepairing || round > 1);
    const bad = proofs.filter((proof) => book.isWithheld(proof) && repairs.get(proof)?.kind !== "failed");
    if (!plan.isRepairing || bad.length === 0 || round > ROUNDS_MAX || deadline.signal.aborted) return;
    const isSomeDone = await adopt(proving, bad, repairs);
    if (!isSomeDone || deadline.signal.aborted) return;
  }
}

/** Asks, and gives each verdict as soon as both sides of it are known. */
async function askAll(
  proving: Proving,
  proofs: readonly Proof[],
  repairs: ReadonlyMap<Proof, Repair>,
  isPatient: boolean,
): Promise<void> {
  const { node, plan, ports, deadline, book } = proving;
  const answers = new Map<string, Answer>();
  const waiting = new Set(proofs.filter((proof) => repairs.get(proof)?.kind !== "failed"));
  const withheld: Heard[] = [];
  const questions = [...waiting].flatMap((proof) =>
    proof.isTwoSided ? [questionOf(proof), counterQuestionOf(proof)] : [questionOf(proof)],
  );
  const hear = (): void => {
    for (const proof of waiting) {
      const heard = heardOf(proof, answers, repairs.get(proof));
      if (heard === undefined) continue;
      waiting.delete(proof);
      if (heard.evidence.own.kind === "withheld") withheld.push(heard);
      else book.give(proof, judge(subjectOf(node, proof), { ...heard.evidence, presence: "untold" }));
    }
  };
  const { isTwoSided } = plan;
  const asked = { node, questions, policy: "Never", patienceMs: QUESTION_MS, isTwoSided } as const;
  await askNode(
    asked,
    plan,
    ports,
    (some) => {
      for (const [key, answer] of some) answers.set(key, answer);
      hear();
    },
    deadline.signal,
  );
  await judgeWithheld(proving, withheld, isPatient);
}

interface Heard {
  readonly proof: Proof;
  readonly evidence: Omit<Evidence, "presence">;
}

function heardOf(proof: Proof, answers: ReadonlyMap<string, Answer>, repair: Repair | undefined): Heard | undefined {
  const own = answers.get(keyOfQuestion(questionOf(proof)));
  const counter = proof.isTwoSided ? answers.get(keyOfQuestion(counterQuestionOf(proof))) : undefined;
  if (own === undefined || (proof.isTwoSided && counter === undefined)) return undefined;
  return { proof, evidence: { own, ...(counter && { counter }), ...(repair && { repair }) } };
}

/**
 * Tells refused from absent. A patient look gives the node the time to list what came to it just now; before a repair it makes no
 * difference, and the verdict after the repair is what counts.
 */
async function judgeWithheld(proving: Proving, withheld: readonly Heard[], isPatient: boolean): Promise<void> {
  const { node, ports, deadline, book } = proving;
  const look = lookAtNode(node, ports);
  let open = withheld;
  while (open.length > 0) {
    const presence = await look.presence(
      open.map(({ proof }) => proof.image.reference),
      deadline.signal,
    );
    const isLast = !isPatient || deadline.signal.aborted || ports.clock.monotonic() >= look.isSettledAtMs;
    const later: Heard[] = [];
    for (const heard of open) {
      const found: Presence = presence.get(heard.proof.image.reference) ?? "untold";
      if (found === "absent" && !isLast) later.push(heard);
      else book.give(heard.proof, judge(subjectOf(node, heard.proof), { ...heard.evidence, presence: found }));
    }
    open = later;
    if (open.length > 0) await ports.clock.sleep(LOOK_AGAIN_MS, deadline.signal);
  }
}

/** @returns whether the kubelet pulled any of them */
async function adopt(
  { node, plan, ports, deadline, book }: Proving,
  proofs: readonly Proof[],
  repairs: Map<Proof, Repair>,
): Promise<boolean> {
  const answers = new Map<string, Answer>();
  await askNode(
    { node, questions: proofs.map(adoptionOf), policy: "Always", patienceMs: plan.timeoutMs, isTwoSided: false },
    plan,
    ports,
    (some) => {
      for (const [key, answer] of some) answers.set(key, answer);
    },
    deadline.signal,
  );
  let isSomeDone = false;
  for (const proof of proofs) {
    const before = book.latest(proof);
    const answer = answers.get(keyOfQuestion(adoptionOf(proof)));
    if (before === undefined || answer === undefined) continue;
    if (answer.kind === "given") {
      isSomeDone = true;
      repairs.set(proof, { kind: "done", was: before.verdict === "absent" ? "absent" : "refused" });
    } else {
      const repair: Repair = { kind: "failed", answer };
      repairs.set(proof, repair);
      book.give(proof, afterFailedRepair(before, answer));
    }
  }
  return isSomeDone;
}

/** It is what it was, and says why it stays so. */
function afterFailedRepair(before: Verdict, answer: Answer): Verdict {
  const own: Answer = { kind: "withheld", kubelet: before.kubelet ?? "" };
  const presence = before.verdict === "absent" ? "absent" : "present";
  const { node, image, secret, protection } = before;
  return { ...judge({ node, image, secret }, { own, presence, repair: { kind: "failed", answer } }), protection };
}

function subjectOf({ name }: NodeFacts, { image, secret }: Proof): ProofSubject {
  return {
    node: name,
    image: image.reference.written,
    secret: secret === null ? null : formatSecretName(secret),
  };
}

function whyUnready({ readiness }: NodeFacts): string | undefined {
  if (readiness.isReady) return undefined;
  const since = readiness.since === undefined ? "" : ` since ${readiness.since}`;
  return `the node is not ready${since}: ${(readiness.reason ?? "no reason is given").replace(/[\s.]+$/, "")}`;
}
