import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

/** Whoever asked stopped waiting. Waits of the network itself (dial, handshake, headers) are the registry's fault and decided before. */
export const timeRules: readonly Rule[] = [
  {
    name: "deadline-exceeded",
    class: "timeout",
    permanent: false,
    advice:
      "The pull took longer than it was allowed to: raise the pull timeout, or look for a slow registry, network or disk.",
    source: "e091, e430, e431; Go context; gRPC; @grpc/grpc-js; HTTP 408",
    matches: (seen) =>
      seen.httpStatus === 408 || /deadline exceeded|timed ?out|time-?out|timer expired/.test(seen.text),
  },
  {
    name: "pull-cancelled",
    class: "timeout",
    permanent: false,
    advice:
      "The pull was cancelled, as runtimes do when no bytes arrive for too long: try again, or look for a stalled registry or disk.",
    source:
      "e262, e323, e324, e379; Go context; containerd image_pull_progress_timeout; CRI-O pull_progress_timeout; moby xfer",
    matches: anyOf(
      /context cancell?ed/,
      /operation was cancell?ed/,
      /request cancell?ed/,
      /cancelled (?:on client|during)/,
      /registration cancelled/,
      /operation canceled/,
    ),
  },
];
