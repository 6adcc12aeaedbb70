/**
 * What a pull failure means. Runtimes answer nearly everything with the gRPC code Unknown, so the class has to be read from the words,
 * and the words are those of a chain: the runtime, its image library, Go's network code, the registry's own sentence.
 *
 * The rules are an ordered list, and the first that matches decides. The order is the precedence:
 *  1. disk: the node's own disk, descriptors, memory; everything else may be a consequence
 *  2. runtime-unavailable: the socket; its words resemble those of an unreachable registry
 *  3. invalid-reference, signature-policy, tls, platform, unsupported-manifest, corrupt: narrow causes which the runtimes wrap in
 *     general words ("not found", "failed precondition", "unexpected EOF")
 *     then known troubles of the runtime's own store, whose class is unknown but whose words resemble what follows
 *  4. rate-limited, registry-unavailable: what the registry or the network did
 *  5. timeout: whoever asked stopped waiting, and nothing above says why
 *  6. unauthorized, forbidden, not-found: what the registry answered
 *  7. the gRPC code alone
 * If none matches, the class is `unknown` and worth a retry: that costs time, a wrong "permanent" costs the image.
 *
 * One message may join several errors (joined-errors.ts). Disk anywhere wins. Of several attempts (one per credential or registry) a
 * cause that a retry may mend comes first, and the whole is permanent only if every attempt is. Where mirrors were tried, the
 * registry's own error decides, and it is permanent only if those of the mirrors are.
 */
import type { Classification } from "./failure-class.ts";
import { capped, readFailureText } from "./failure-text.ts";
import { type Attempt, attemptsOf } from "./joined-errors.ts";
import { type Rule, ruleMatches } from "./rule.ts";
import { accessRules } from "./rules/access.ts";
import { contentRules } from "./rules/content.ts";
import { diskRules } from "./rules/disk.ts";
import { grpcCodeRules } from "./rules/grpc-code.ts";
import { limitRules } from "./rules/limits.ts";
import { localRules } from "./rules/local.ts";
import { manifestRules } from "./rules/manifest.ts";
import { missingRules } from "./rules/missing.ts";
import { networkRules } from "./rules/network.ts";
import { platformRules } from "./rules/platform.ts";
import { referenceRules } from "./rules/reference.ts";
import { runtimeRules } from "./rules/runtime.ts";
import { signatureRules } from "./rules/signature.ts";
import { timeRules } from "./rules/time.ts";
import { tlsRules } from "./rules/tls.ts";
import { unclearRules } from "./rules/unclear.ts";

/** All rules in the order in which they are asked. */
export const FAILURE_RULES: readonly Rule[] = [
  ...diskRules,
  ...runtimeRules,
  ...referenceRules,
  ...signatureRules,
  ...tlsRules,
  ...platformRules,
  ...manifestRules,
  ...contentRules,
  ...localRules,
  ...limitRules,
  ...networkRules,
  ...timeRules,
  ...accessRules,
  ...missingRules,
  ...unclearRules,
  ...grpcCodeRules,
];

const noRule: Classification = {
  class: "unknown",
  permanent: false,
  rule: "none",
  advice: "No rule knows these words: read them, and look at the log of the container runtime on the node.",
};

/** What the runtime, the kubelet or the CRI client said. */
export interface ReportedFailure {
  readonly message: string;
  /** Status name (`NotFound`) or number (`5`); without it the code that the message quotes counts. */
  readonly grpcCode?: string;
  /** `containerd`, `cri-o`, `cri-dockerd`, …; the rules recognise all runtimes by their words and do not need it. */
  readonly runtime?: string;
}

/**
 * Says what a pull failure means and whether trying again can help.
 * @returns the class `unknown` with rule `none` where no rule knows the words; never throws, and looks at a few KiB at most
 */
export function classify(failure: ReportedFailure): Classification {
  const attempts = attemptsOf(capped(failure.message)).map((attempt) => classifyAttempt(attempt, failure.grpcCode));
  const chosen =
    attempts.find((verdict) => verdict.class === "disk") ??
    attempts.find((verdict) => verdict.class !== "unknown" && !verdict.permanent) ??
    attempts.find((verdict) => verdict.class !== "unknown") ??
    attempts.find((verdict) => verdict.rule !== noRule.rule) ??
    noRule;
  return { ...chosen, permanent: attempts.every((verdict) => verdict.permanent) };
}

function classifyAttempt(attempt: Attempt, grpcCode: string | undefined): Classification {
  const of = (text: string | undefined) => (text === undefined ? [] : [classifyText(text, grpcCode)]);
  const reported = classifyText(attempt.reported, grpcCode);
  const mirrors = of(attempt.mirrors);
  const all = [reported, ...mirrors, ...of(attempt.asArtifact)];
  const disk = all.find((verdict) => verdict.class === "disk");
  if (disk) return disk;
  const chosen = all.find((verdict) => verdict.rule !== noRule.rule) ?? noRule;
  return { ...chosen, permanent: chosen.permanent && mirrors.every((verdict) => verdict.permanent) };
}

function classifyText(text: string, grpcCode: string | undefined): Classification {
  const seen = readFailureText(text, grpcCode);
  const rule = FAILURE_RULES.find((candidate) => ruleMatches(candidate, seen));
  return rule ? { class: rule.class, permanent: rule.permanent, rule: rule.name, advice: rule.advice } : noRule;
}
