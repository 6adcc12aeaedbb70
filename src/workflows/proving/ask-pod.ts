/** One probe, from its making to its end: what the kubelet answers to each question in it. */
import { formatApiFailure } from "#domain/cluster/api-failure.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import { alterationsOf } from "#domain/proving/alteration.ts";
import { type Answer, readAnswer } from "#domain/proving/answer.ts";
import type { Pack } from "#domain/proving/pack.ts";
import { keyOfQuestion } from "#domain/proving/plan.ts";
import type { PodState } from "#domain/proving/pod-state.ts";
import {
  containerName,
  JOINT_CONTAINER,
  type ProbePolicy,
  probePod,
  probeVariantOf,
} from "#domain/proving/probe-pod.ts";
import type { StockImage } from "#domain/stock/stock.ts";
import type { Clock } from "#ports/clock.ts";
import type { GivenSecrets } from "./given-secrets.ts";
import type { ProbeDesk } from "./probe-desk.ts";
import type { ProbeSettings } from "./proving-plan.ts";

export interface AskPorts {
  readonly desk: ProbeDesk;
  readonly clock: Clock;
  readonly givenSecrets: GivenSecrets;
  /** When the run ends at the latest, in ms of the monotonic clock: no pod is for longer. */
  readonly endsAtMs: number;
}

export interface PodQuestion {
  readonly node: NodeFacts;
  readonly pack: Pack;
  readonly policy: ProbePolicy;
  /** How long the kubelet has for its answers, in ms. */
  readonly patienceMs: number;
  /** Yes is expected everywhere: all images are asked for at once first. */
  readonly isHopeful: boolean;
}

/** By `keyOfQuestion`. A question without an answer when the signal aborts is left out, unless something is known that was in its way. */
export type Answers = ReadonlyMap<string, Answer>;

/** The pod outlives its run's interest by this much, in ms: the time to delete it. */
const MARGIN_MS = 10_000;

export async function askPod(
  question: PodQuestion,
  settings: ProbeSettings,
  ports: AskPorts,
  signal: AbortSignal,
): Promise<Answers> {
  const { node, pack, isHopeful } = question;
  if (!isHopeful || pack.images.length === 1 || probeVariantOf(node) !== "volume")
    return askOnce(question, false, settings, ports, signal);
  const together = await askOnce(question, true, settings, ports, signal);
  const isPlain = [...together.values()].every(
    (answer) => answer.kind === "given" || (answer.kind === "none" && answer.isNodeAtFault),
  );
  return isPlain || signal.aborted ? together : askOnce(question, false, settings, ports, signal);
}

/** @param isJoint one container asks for all images */
async function askOnce(
  question: PodQuestion,
  isJoint: boolean,
  settings: ProbeSettings,
  ports: AskPorts,
  signal: AbortSignal,
): Promise<Answers> {
  const { desk, clock, endsAtMs } = ports;
  const { node, pack, policy, patienceMs } = question;
  const lifetimeMs = Math.max(0, Math.min(patienceMs, endsAtMs - clock.monotonic()));
  const name = desk.newName();
  const wanted = probePod({
    ...settings,
    ...pack,
    name,
    node: node.name,
    variant: probeVariantOf(node),
    policy,
    isJoint,
    lifetimeMs,
    expiresMs: clock.now() + lifetimeMs + MARGIN_MS,
  });
  const created = await desk.create(wanted);
  if (!created.ok) return allOf(pack, none(`the cluster does not take the probe: ${formatApiFailure(created.error)}`));
  try {
    const names = pack.images.map((_, index) => containerName(index));
    const { questions: altered, givenSecrets } = alterationsOf(wanted, created.value, names);
    const sheet = answerSheet(question, isJoint, settings, altered);
    if (givenSecrets.length > 0) await sheet.distrust(givenSecrets, ports.givenSecrets, signal);
    return await followPod(name, sheet, question, ports, signal);
  } finally {
    await desk.remove(name);
  }
}

async function followPod(
  name: string,
  sheet: AnswerSheet,
  { patienceMs }: PodQuestion,
  { desk, clock }: AskPorts,
  signal: AbortSignal,
): Promise<Answers> {
  if (sheet.isFull()) return sheet.answers();
  const patience = clock.deadline(patienceMs, signal);
  const end = await desk.follow(name, (state) => sheet.read(state), patience.signal);
  const isOver = patience.expired();
  patience.dispose();
  if (end.kind === "deleted") sheet.fillWith(() => none("somebody deleted the probe"));
  if (end.kind === "blind") sheet.fillWith(() => none(`the probe cannot be watched: ${end.reason}`));
  if (end.kind === "aborted") sheet.fillWith(isOver ? silence : () => undefined);
  return sheet.answers();
}

type AnswerSheet = ReturnType<typeof answerSheet>;

/** What is known of each question of a pod. */
function answerSheet(
  { pack, policy }: PodQuestion,
  isJoint: boolean,
  { larderImage }: ProbeSettings,
  altered: ReadonlyMap<string, string>,
) {
  const answers = new Map<string, Answer>();
  const stuck = new Map<string, Answer>();
  const open = new Map<string, StockImage>();
  let latest: PodState | undefined;
  for (const [index, image] of pack.images.entries()) {
    const why = altered.get(containerName(index));
    if (why === undefined) open.set(containerName(index), image);
    else answers.set(keyOf(image, pack), { ...none(why), isAltered: true });
  }
  const settle = (container: string, image: StockImage, answer: Answer): void => {
    answers.set(keyOf(image, pack), answer);
    open.delete(container);
  };
  return {
    isFull: (): boolean => open.size === 0,
    answers: (): Answers => answers,
    /** @returns whether every question has an answer */
    read(state: PodState): boolean {
      latest = state;
      for (const [container, image] of open) {
        const from = isJoint ? JOINT_CONTAINER : container;
        const asked = { container: from, image: image.reference.written, larderImage, policy };
        const reading = readAnswer(state, asked);
        if (reading.kind === "answered") settle(container, image, reading.answer);
        else if (reading.kind === "stuck") stuck.set(container, reading.answer);
        else stuck.delete(container);
      }
      return open.size === 0;
    },
    /** Nothing more will be read: what was in the way counts, or else what is given. */
    fillWith(answerFor: (state: PodState | undefined) => Answer | undefined): void {
      for (const [container, image] of open) {
        const answer = stuck.get(container) ?? answerFor(latest);
        if (answer !== undefined) settle(container, image, answer);
      }
    },
    /** The pod has secrets that it should not have: they spoil the question where they match the image. */
    async distrust(names: readonly string[], secrets: GivenSecrets, signal: AbortSignal): Promise<void> {
      for (const [container, image] of open) {
        const why = await secrets.whySpoiled(names, image.reference, signal);
        if (why !== undefined) settle(container, image, { ...none(why), isAltered: true });
      }
    },
  };
}

function silence(state: PodState | undefined): Answer {
  if (state === undefined || state.isWithoutSandbox)
    return { ...none("the node did not start the probe in time"), isNodeAtFault: true };
  return { ...none("the kubelet did not decide in time"), isNodeAtFault: true };
}

function none(reason: string): Extract<Answer, { kind: "none" }> {
  return { kind: "none", reason, kubelet: null, isNodeAtFault: false };
}

function allOf(pack: Pack, answer: Answer): Answers {
  return new Map(pack.images.map((image) => [keyOf(image, pack), answer]));
}

function keyOf(image: StockImage, { secret }: Pack): string {
  return keyOfQuestion({ image, secret });
}
