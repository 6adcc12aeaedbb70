/**
 * gRPC status codes by name, spelled as Go prints them (google.golang.org/grpc/codes, code_string.go), since that is how
 * kubelets, events and bug reports spell them: `Canceled` with one l, `DeadlineExceeded`, `Unavailable`.
 */
export const GRPC_STATUS_NAMES = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
] as const;

export type GrpcStatusName = (typeof GRPC_STATUS_NAMES)[number];
