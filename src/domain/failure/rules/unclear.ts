import type { Rule } from "../rule.ts";

/** Answers whose words are known and whose cause is not. */
export const unclearRules: readonly Rule[] = [
  {
    name: "token-answer-garbled",
    class: "unknown",
    permanent: false,
    advice:
      "The registry's token service answered something else than a token: suspect a login page of the network, a proxy, or the token service.",
    source:
      "e139, e221; containerd docker/auth/fetch.go; containers-image docker_client.go; distribution auth/session.go",
    matches: /(?:decode|decoding|unmarshal\w*|parsing) (?:bearer )?token|token response/,
  },
  {
    name: "web-page-instead-of-image",
    class: "unknown",
    permanent: false,
    advice:
      "A web page came where the registry should answer: suspect a login page of the network, a proxy, or the registry's address.",
    source: "m231; containerd docker/resolver.go takes any answer to HEAD for a manifest, and asks for its digest next",
    matches: /\(‹html›\) from remote/,
  },
  {
    name: "request-rejected",
    class: "unknown",
    permanent: false,
    advice:
      "The registry, or a proxy before it, rejects the request as such: look at the proxy's and the registry's log.",
    source: "e036, e282, m073, m074; HTTP 4xx other than those with a meaning of their own",
    matches: (seen) => seen.httpStatus !== undefined && seen.httpStatus >= 400 && seen.httpStatus < 500,
  },
];
