import type { GrpcStatusName } from "#domain/failure/grpc-status.ts";

/** A call that the runtime refuses: the gRPC status and the words. Words are put together as Go does, outermost first. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  readonly status: GrpcStatusName;

  constructor(status: GrpcStatusName, message: string) {
    super(message);
    this.status = status;
  }
}

/** Runs a step; what it refuses is refused with `words` and a colon before it. */
export async function within<T>(words: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw refusedBecause(words, error);
  }
}

export function refusedBecause(words: string, error: unknown): CallRefused {
  if (error instanceof CallRefused) return new CallRefused(error.status, `${words}: ${error.message}`);
  return new CallRefused("Unknown", `${words}: ${error instanceof Error ? error.message : String(error)}`);
}
