/** How a call ended, in the words of gRPC: by its status, or by what kept the status from coming (gRPC over HTTP/2). */
import { constants, type IncomingHttpHeaders } from "node:http2";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { statusName } from "#wire/cri/status.ts";

/** What was seen of a call until its stream closed. */
export interface CallEnd {
  /** Of the answer's head, and of its trailers, which come last; a call that fails at once has everything in its head. */
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  /** Code of the reset that ended the stream; 0: none did. */
  readonly resetCode: number;
  /** Why the stream broke. */
  readonly error: Error | undefined;
  /** The connection is gone, so that the stream could not go on. */
  readonly disconnected: boolean;
}

/** @returns undefined: the call succeeded */
export function failureOf(end: CallEnd): RuntimeFailure | undefined {
  const status = text(end.trailers["grpc-status"]) ?? text(end.headers["grpc-status"]);
  if (status === "0") return undefined;
  if (status !== undefined) {
    const message = text(end.trailers["grpc-message"]) ?? text(end.headers["grpc-message"]) ?? "";
    return { grpcCode: statusName(Number(status)), message: decodeMessage(message) };
  }
  if (end.disconnected) return unavailable(end.error?.message ?? "error reading from server: EOF");
  const httpStatus = end.headers[":status"];
  if (httpStatus !== undefined && Number(httpStatus) !== 200) return byHttpStatus(Number(httpStatus));
  return byResetCode(end.resetCode);
}

/** The words of grpc-go, by which people and the failure rules know that it is the runtime that cannot be reached. */
function unavailable(why: string): RuntimeFailure {
  return { grpcCode: "Unavailable", message: `connection error: ${why}` };
}

/** Percent-encoded UTF-8; what is not is shown as it came. */
function decodeMessage(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

/** Somebody who speaks HTTP/2 and no gRPC answered (grpc.github.io, "HTTP to gRPC status code mapping"). */
function byHttpStatus(httpStatus: number): RuntimeFailure {
  const codes: Readonly<Record<number, string>> = {
    400: "Internal",
    401: "Unauthenticated",
    403: "PermissionDenied",
    404: "Unimplemented",
    429: "Unavailable",
    502: "Unavailable",
    503: "Unavailable",
    504: "Unavailable",
  };
  const grpcCode = codes[httpStatus] ?? "Unknown";
  return { grpcCode, message: `unexpected HTTP status code received from server: ${httpStatus}` };
}

/** gRPC over HTTP/2, "Errors": what a reset means that came instead of a status. */
function byResetCode(code: number): RuntimeFailure {
  const codes: Readonly<Record<number, string>> = {
    [constants.NGHTTP2_REFUSED_STREAM]: "Unavailable",
    [constants.NGHTTP2_CANCEL]: "Canceled",
    [constants.NGHTTP2_ENHANCE_YOUR_CALM]: "ResourceExhausted",
    [constants.NGHTTP2_INADEQUATE_SECURITY]: "PermissionDenied",
  };
  if (code === constants.NGHTTP2_NO_ERROR) {
    return { grpcCode: "Internal", message: "server closed the stream without sending trailers" };
  }
  return { grpcCode: codes[code] ?? "Internal", message: `stream terminated by RST_STREAM with error code: ${code}` };
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
