/**
 * gRPC status codes by name, spelled as Go prints them (google.golang.org/grpc/codes, code_string.go), since that is how
 * kubelets, events and bug reports spell them: `Canceled` with one l, `DeadlineExceeded`, `Unavailable`.
 */
const namesInOrder = [
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

export type GrpcStatusName = (typeof namesInOrder)[number];

/** `Unavailable` for 14; a number that gRPC does not define becomes `Code(99)`, as in Go. */
export function statusName(code: number): string {
  return namesInOrder[code] ?? `Code(${code})`;
}

export function statusCode(name: GrpcStatusName): number {
  return namesInOrder.indexOf(name);
}
