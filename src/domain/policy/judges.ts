/**
 * The judges of an image: each looks at all verdicts of it and answers with a policy and a reason, or with nothing. The first
 * answer counts, so what no policy can help stands before what only `Never` cannot.
 */
import type { FailureClass } from "../failure/failure-class.ts";
import type { Verdict, VerdictWord } from "../verdict/verdict.ts";
import type { Judgement } from "./judgement.ts";

type Judge = (verdicts: readonly Verdict[]) => Judgement | undefined;

/** Nodes that a reason names. */
const NAMED_MAX = 3;

const judges: readonly Judge[] = [
  secretIsMissing,
  credentialIsWrong,
  imageIsGone,
  policyIsChanged,
  notServed("refused", (secrets) => `the kubelet refuses it${secrets}`),
  notServed("absent", () => "it is absent"),
  notServed("unknown", (secrets) => `nobody knows whether it is served${secrets}`),
];

/**
 * @param verdicts of one image
 * @param secrets that count; undefined: all
 */
export function judgeImage(verdicts: readonly Verdict[], secrets: readonly string[] | undefined): Judgement {
  const counting = verdicts.filter(
    ({ secret }) => secret === null || secrets === undefined || secrets.includes(secret),
  );
  if (verdicts.length === 0) return { policy: "IfNotPresent", reason: "there is no verdict about it" };
  if (counting.length === 0) {
    const others = [...new Set(verdicts.flatMap(({ secret }) => secret ?? []))].join(", ");
    return { policy: "IfNotPresent", reason: `it was proven only with ${others}` };
  }
  for (const judge of judges) {
    const judgement = judge(counting);
    if (judgement !== undefined) return judgement;
  }
  const nodes = new Set(counting.map(({ node }) => node)).size;
  return { policy: "Never", reason: nodes === 1 ? "its only node serves it" : `all ${nodes} nodes serve it` };
}

function secretIsMissing(verdicts: readonly Verdict[]): Judgement | undefined {
  const missing = verdicts.filter(({ verdict, cause }) => verdict !== "served" && cause === "secret-missing");
  if (missing.length === 0) return undefined;
  return { policy: null, reason: `no policy helps: ${secretsIn(missing)} is missing ${because(missing, verdicts)}` };
}

/** The registry let the kubelet know that this credential is none. */
function credentialIsWrong(verdicts: readonly Verdict[]): Judgement | undefined {
  const wrong = withClass(verdicts, ["unauthorized", "forbidden"]);
  if (wrong.length === 0) return undefined;
  const isWithout = wrong.every(({ secret }) => secret === null);
  const what = isWithout ? "the registry wants a secret, and none matches," : `${secretsIn(wrong)} is wrong`;
  return { policy: null, reason: `no policy helps: ${what} ${because(wrong, verdicts)}` };
}

function imageIsGone(verdicts: readonly Verdict[]): Judgement | undefined {
  const gone = withClass(verdicts, ["not-found", "invalid-reference", "platform", "unsupported-manifest"]);
  if (gone.length === 0) return undefined;
  return { policy: null, reason: `no policy helps: the kubelet cannot pull it ${because(gone, verdicts)}` };
}

function policyIsChanged(verdicts: readonly Verdict[]): Judgement | undefined {
  const changed = verdicts.filter(({ verdict, cause }) => verdict !== "served" && cause === "policy-changed");
  if (changed.length === 0) return undefined;
  return {
    policy: "IfNotPresent",
    reason: `the cluster changes Never to another policy ${because(changed, verdicts)}`,
  };
}

function notServed(word: VerdictWord, words: (secrets: string) => string): Judge {
  return (verdicts) => {
    const such = verdicts.filter(({ verdict }) => verdict === word);
    if (such.length === 0) return undefined;
    return { policy: "IfNotPresent", reason: `${words(withSecrets(such))} ${because(such, verdicts)}` };
  };
}

function withClass(verdicts: readonly Verdict[], classes: readonly FailureClass[]): readonly Verdict[] {
  return verdicts.filter(
    ({ verdict, class: failureClass }) =>
      verdict !== "served" && failureClass !== undefined && classes.includes(failureClass),
  );
}

function secretsIn(verdicts: readonly Verdict[]): string {
  const secrets = [...new Set(verdicts.flatMap(({ secret }) => secret ?? []))];
  return secrets.length === 0 ? "a secret" : `the secret ${secrets.join(", ")}`;
}

/** Says with which secret only where there is one, as a pod without any can be served, too. */
function withSecrets(verdicts: readonly Verdict[]): string {
  const secrets = [...new Set(verdicts.flatMap(({ secret }) => secret ?? []))];
  return secrets.length === 0 ? "" : ` with ${secrets.join(", ")}`;
}

/** `on 3 of 5 nodes (a, b, c): the first verdict's reason` */
function because(such: readonly Verdict[], all: readonly Verdict[]): string {
  const nodes = [...new Set(such.map(({ node }) => node))];
  const of = new Set(all.map(({ node }) => node)).size;
  const more = nodes.length > NAMED_MAX ? ` and ${nodes.length - NAMED_MAX} more` : "";
  const named = `${nodes.slice(0, NAMED_MAX).join(", ")}${more}`;
  const reasons = [...new Set(such.map(({ reason }) => reason))];
  const others = reasons.length > 1 ? `; and ${reasons.length - 1} more reason${reasons.length > 2 ? "s" : ""}` : "";
  return `on ${nodes.length} of ${of} node${of === 1 ? "" : "s"} (${named}): ${reasons[0]}${others}`;
}
