/** What a command throws, as a person reads it and as the exit code says it. */
import { InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { ClusterError } from "./cluster/cluster-error.ts";

export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof ClusterError) return error.exitCode;
  return error instanceof InputError ? ExitCode.Usage : ExitCode.Incomplete;
}

/** What a person can act on; a stack trace is for those who ask for it. */
export function describeFailure(error: unknown): string {
  if (error instanceof InputError) return describeInputError(error);
  const message = error instanceof Error ? error.message : String(error);
  return `larder: ${message}`;
}

/** Larder's image for nodes holds fetch and remove, and leaves the files of the other commands out. */
export function describeLoadingFailure(error: unknown): string {
  const isAbsent = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  if (!isAbsent) return describeFailure(error);
  return "larder: this command is not here: the image for nodes holds only fetch and remove; the npm package kube-larder has them all";
}

function describeInputError(error: InputError): string {
  const count = error.issues.length;
  return `${error.message}\nlarder: ${count === 1 ? "this must be corrected" : `these ${count} problems must be corrected`} first; nothing was started`;
}
