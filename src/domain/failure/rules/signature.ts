import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const refused = anyOf(
  /source image rejected/,
  /signaturevalidationfailed/,
  /signature validation failed/,
  /rejected by policy/,
  /signature was required/,
  /none of the signatures were accepted/,
  /invalid gpg signature/,
  /cryptographic signature verification failed/,
  /is not signed/,
  /not signed in notary/,
  /trust data/,
  /no policy\.json file found/,
  /invalid policy in /,
  /project_?policy_?violation/,
  /cannot be pulled due to configured policy/,
  /download blocking policy/,
  /blocked by (?:xray|policy)/,
  /image policy webhook/,
  /signatures? (?:do|does|did|could|can) ?not (?:satisf|be verified|match|verify)/,
  /signature (?:verification|validation) failed/,
  /failed to verify (?:the )?(?:image )?signatures?/,
  /no (?:matching |valid )?signatures? (?:found|exist)/,
  /failed signature verification/,
  /image verifier .{0,300}? blocked pull/,
);
const verifierBroke = /image verifier .{0,300}? returned error|failed to call verifier/;
const storeUnreachable = anyOf(
  /dial tcp/,
  /no such host/,
  /connection (?:refused|reset)/,
  /i\/o timeout/,
  /eof/,
  /no route to host/,
  /unreachable/,
  /context (?:deadline exceeded|canceled)/,
  /handshake timeout/,
);

const storeDown = (seen: FailureText): boolean =>
  refused.test(seen.text) &&
  (storeUnreachable.test(seen.text) || (seen.httpStatus ?? 0) >= 500 || seen.httpStatus === 429);

/** Somebody decided that this image shall not run. A fault while reading signatures, without a verdict, stays a fault of the network. */
export const signatureRules: readonly Rule[] = [
  {
    name: "signature-store-unreachable",
    class: "signature-policy",
    permanent: false,
    advice: "The signatures could not be read: make the registry or signature store reachable from the node.",
    source: "containers-image copy/single.go (Source image rejected) around docker_image_src.go (reading signatures)",
    matches: storeDown,
  },
  {
    name: "image-verifier-failed",
    class: "signature-policy",
    permanent: false,
    advice: "The image verifier of containerd itself failed or ran out of time: look at its log on the node.",
    source: "e153; containerd pkg/imageverifier/bindir",
    matches: verifierBroke,
  },
  {
    name: "refused-by-policy",
    class: "signature-policy",
    permanent: true,
    advice:
      "A signature or security policy refuses this image: sign it, lower its vulnerabilities, or change the policy.",
    source:
      "e211, e212, e419, e422; containers-image signature/policy_eval*.go; containerd bindir.go; Harbor middleware contenttrust and vulnerable",
    matches: refused,
  },
  {
    name: "registry-precondition-failed",
    class: "signature-policy",
    permanent: true,
    advice:
      "The registry's policy refuses this image (Harbor answers 412 for unsigned or vulnerable images): ask the project's administrator.",
    source:
      "Harbor src/lib/http/error.go (PROJECTPOLICYVIOLATION and PRECONDITION are 412); a HEAD answer carries no reason",
    matches: (seen) => seen.httpStatus === 412,
  },
];
