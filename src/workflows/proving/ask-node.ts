/** All questions to one node: a few pods at a time, so that neither kubelet nor runtime is flooded. */
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import type { Answer } from "#domain/proving/answer.ts";
import { ADOPTIONS_PER_POD, packQuestions, QUESTIONS_PER_POD } from "#domain/proving/pack.ts";
import { keyOfQuestion, type Question } from "#domain/proving/plan.ts";
import type { ProbePolicy } from "#domain/proving/probe-pod.ts";
import { type Answers, type AskPorts, askPod } from "./ask-pod.ts";
import { inLanes } from "./in-lanes.ts";
import type { ProbeSettings } from "./proving-plan.ts";

const paces = {
  Never: { podsAtOnce: 2, perPod: QUESTIONS_PER_POD },
  /** The kubelet's own limits hold for all pods together. */
  Always: { podsAtOnce: 1, perPod: ADOPTIONS_PER_POD },
} as const satisfies Record<ProbePolicy, unknown>;

export interface NodeQuestions {
  readonly node: NodeFacts;
  readonly questions: Iterable<Question>;
  readonly policy: ProbePolicy;
  readonly patienceMs: number;
  /** Then pods without a secret ask for what they should not get. */
  readonly isTwoSided: boolean;
}

/** @param take is called with the answers of each pod, as they come; what has no answer when the signal aborts is left out */
export async function askNode(
  { node, questions, policy, patienceMs, isTwoSided }: NodeQuestions,
  settings: ProbeSettings,
  ports: AskPorts,
  take: (answers: Answers) => void,
  signal: AbortSignal,
): Promise<void> {
  const { podsAtOnce, perPod } = paces[policy];
  let fault: Answer | undefined;
  await inLanes(packQuestions(questions, perPod), podsAtOnce, async (pack) => {
    if (signal.aborted) return;
    if (fault !== undefined) {
      const same = fault;
      return take(new Map(pack.images.map((image) => [keyOfQuestion({ image, secret: pack.secret }), same])));
    }
    const isHopeful = policy === "Never" && (pack.secret !== null || !isTwoSided);
    const answers = await askPod({ node, pack, policy, patienceMs, isHopeful }, settings, ports, signal);
    take(answers);
    if (answers.size > 0) fault ??= faultOf(answers);
  });
}

/** Where no container of a pod could start, those of the next would be waited for in vain. */
function faultOf(answers: Answers): Answer | undefined {
  const all = [...answers.values()];
  return all.every((answer) => answer.kind === "none" && answer.isNodeAtFault) ? all[0] : undefined;
}
