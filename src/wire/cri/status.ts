import { GRPC_STATUS_NAMES, type GrpcStatusName } from "#domain/failure/grpc-status.ts";

/** `Unavailable` for 14; a number that gRPC does not define becomes `Code(99)`, as in Go. */
export function statusName(code: number): string {
  return GRPC_STATUS_NAMES[code] ?? `Code(${code})`;
}

export function statusCode(name: GrpcStatusName): number {
  return GRPC_STATUS_NAMES.indexOf(name);
}
