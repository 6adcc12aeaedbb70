import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";

/** A code alone tells little: containerd says NotFound for a dozen local things too, so that one needs an empty or plain text. */
const withCode =
  (...codes: readonly string[]) =>
  (seen: FailureText): boolean =>
    codes.includes(seen.grpcCode);

/** A runtime that says how its pull failed does answer. */
const withoutAnswer =
  (code: string) =>
  (seen: FailureText): boolean =>
    seen.grpcCode === code && !/failed to |unable to |pulling /.test(seen.text);

/** The last resort, where no words decided. */
export const grpcCodeRules: readonly Rule[] = [
  {
    name: "grpc-unimplemented",
    class: "runtime-unavailable",
    permanent: true,
    advice: "The runtime does not implement the CRI image service: enable its CRI plugin or update it.",
    source: "gRPC status Unimplemented",
    matches: withoutAnswer("Unimplemented"),
  },
  {
    name: "grpc-unavailable",
    class: "runtime-unavailable",
    permanent: false,
    advice: "The container runtime does not answer: check that it runs and that the socket path is right.",
    source: "gRPC status Unavailable",
    matches: withoutAnswer("Unavailable"),
  },
  {
    name: "grpc-deadline",
    class: "timeout",
    permanent: false,
    advice:
      "The pull took longer than it was allowed to, or was cancelled: raise the pull timeout, or look for a slow registry or disk.",
    source: "gRPC status DeadlineExceeded and Canceled",
    matches: withCode("DeadlineExceeded", "Canceled", "Cancelled"),
  },
  {
    name: "grpc-unauthenticated",
    class: "unauthorized",
    permanent: true,
    advice: "The registry wants a login, or does not accept this one: give a pull secret for it.",
    source: "gRPC status Unauthenticated",
    matches: withCode("Unauthenticated"),
  },
  {
    name: "grpc-permission-denied",
    class: "forbidden",
    permanent: true,
    advice: "This login may not pull the image: check the rights of the pull secret.",
    source: "gRPC status PermissionDenied",
    matches: withCode("PermissionDenied"),
  },
  {
    name: "grpc-resource-exhausted",
    class: "rate-limited",
    permanent: false,
    advice: "Some limit or quota is used up: wait, or pull less at a time.",
    source: "gRPC status ResourceExhausted, which also stands for an answer that is larger than the client accepts",
    matches: (seen) => seen.grpcCode === "ResourceExhausted" && !/larger than max/.test(seen.text),
  },
  {
    name: "grpc-data-loss",
    class: "corrupt",
    permanent: false,
    advice: "Data was lost or damaged on the way: try again.",
    source: "gRPC status DataLoss",
    matches: withCode("DataLoss"),
  },
  {
    name: "grpc-not-found",
    class: "not-found",
    permanent: true,
    advice: "The registry has no such repository, tag or digest: check the spelling, and that the image was pushed.",
    source: "gRPC status NotFound",
    matches: (seen) => seen.grpcCode === "NotFound" && /^$|^(?:\S{0,200}: )?not found$/.test(seen.text),
  },
];
