import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const fewerPlease = anyOf(
  /too ?many ?requests/,
  /too_many_requests?/,
  /rate ?limit/,
  /rate exceeded/,
  /quota (?:limit )?exceeded/,
  /quota limit/,
  /exceeded .{0,40}quota/,
  /throttl/,
  /resource_exhausted/,
);

/** The registry, or the kubelet, wants fewer requests. */
export const limitRules: readonly Rule[] = [
  {
    name: "kubelet-pull-limit",
    class: "rate-limited",
    permanent: false,
    advice:
      "The kubelet starts no more pulls for the moment (registryPullQPS, registryBurst): it will go on by itself.",
    source: "kubelet images/helpers.go (throttledImageService)",
    matches: /pull qps exceeded/,
  },
  {
    name: "too-many-requests",
    class: "rate-limited",
    permanent: false,
    advice:
      "The registry limits how much may be pulled: wait, pull with a login, pull less at a time, or use a mirror.",
    source:
      "e010, e052, e075, e175, e234, e384, e386; HTTP 429; distribution errcode TOOMANYREQUESTS; Harbor TOO_MANY_REQUEST; ECR; Artifact Registry",
    matches: (seen) => seen.httpStatus === 429 || fewerPlease.test(seen.text),
  },
];
