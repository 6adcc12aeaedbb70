/**
 * Removes images from this node, as the kubelet's garbage collection would: by ID, and none that a container uses or that the runtime has
 * pinned (kubernetes image_gc_manager.go). Runtimes forbid less: containerd takes away the image of a running container.
 */
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import type { Removal } from "#domain/removing/removal.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { EventBody } from "#domain/run/event.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriRuntime, NodeImage } from "#ports/cri.ts";
import { connectRuntime, type RuntimePorts } from "../pulling/runtime-connection.ts";

export interface RemovePlan {
  /** As written, in any spelling. */
  readonly images: readonly string[];
  /** Images that stay, whatever other names they have. */
  readonly keep: readonly string[];
  /** Where the runtime may listen; the first that answers is used. */
  readonly sockets: readonly string[];
}

export interface RemovePorts extends RuntimePorts {
  readonly emit: (event: EventBody) => void;
  /** Told of each image of the plan, in order. */
  readonly tell: (removal: Removal) => void;
}

const RUNTIME_WAIT_MS = 60_000;
/** Removing a large image is slow: containerd answers when its layers are deleted. */
const CALL_MS = 120_000;
const RETRY_MS = 1_000;

/** @returns what became of each image of the plan, in order; or why there is no runtime, as a clause */
export async function removeImages(
  plan: RemovePlan,
  ports: RemovePorts,
  interrupted: AbortSignal,
): Promise<Result<readonly Removal[], string>> {
  const { clock, emit } = ports;
  const waiting = clock.deadline(RUNTIME_WAIT_MS, interrupted);
  const hopeless = new AbortController();
  let why = `no container runtime answers at ${plan.sockets.join(", ")}`;
  const unusable = (reason: string): void => {
    why = reason;
    hopeless.abort();
  };
  const signal = AbortSignal.any([waiting.signal, hopeless.signal]);
  const connection = connectRuntime({ sockets: plan.sockets, signal, emit, unusable }, ports);
  try {
    const runtime = await connection.ready();
    waiting.dispose();
    return runtime === undefined ? fail(why) : ok(await removeAll(plan, runtime, ports, interrupted));
  } finally {
    waiting.dispose();
    connection.close();
  }
}

async function removeAll(
  { images, keep }: RemovePlan,
  runtime: CriRuntime,
  { clock, tell }: RemovePorts,
  interrupted: AbortSignal,
): Promise<readonly Removal[]> {
  const ask = <T>(call: Call<T>) => insist(call, clock, interrupted);
  // All are found before any goes, since two names may be one image.
  const found = new Map<string, Found>();
  for (const image of new Set([...images, ...keep])) {
    found.set(image, await ask((signal) => runtime.imageStatus(image, signal)));
  }
  const kept = keepers(keep, found);
  const removedIds = new Set<string>();
  const removals: Removal[] = [];
  for (const image of images) {
    const removal = { image, ...(await removeOne(found.get(image) ?? ok(undefined), kept, removedIds, runtime, ask)) };
    removals.push(removal);
    tell(removal);
  }
  return removals;
}

type Call<T> = (signal: AbortSignal) => Promise<Result<T, RuntimeFailure>>;
type Found = Result<NodeImage | undefined, RuntimeFailure>;
type Ask = <T>(call: Call<T>) => Promise<Result<T, RuntimeFailure>>;

interface Kept {
  readonly ids: ReadonlySet<string>;
  /** Why nobody knows what shall stay. */
  readonly failure?: RuntimeFailure;
}

function keepers(keep: readonly string[], found: ReadonlyMap<string, Found>): Kept {
  const ids = new Set<string>();
  for (const image of keep) {
    const status = found.get(image);
    if (status?.ok === false) return { ids, failure: status.error };
    if (status?.value !== undefined) ids.add(status.value.id);
  }
  return { ids };
}

async function removeOne(
  status: Found,
  kept: Kept,
  removedIds: Set<string>,
  runtime: CriRuntime,
  ask: Ask,
): Promise<Omit<Removal, "image">> {
  if (!status.ok) return failed(status.error);
  if (kept.failure !== undefined) return failed(kept.failure);
  const image = status.value;
  if (image === undefined) return { outcome: "absent" };
  if (removedIds.has(image.id)) return { outcome: "removed" };
  if (kept.ids.has(image.id)) return { outcome: "in-use", message: "kept for another list" };
  if (image.isPinned) return { outcome: "in-use", message: "pinned by the runtime" };
  // Asked for each image anew: a pod may have started in the meantime.
  const used = await ask((signal) => runtime.imagesInUse(signal));
  if (!used.ok) return failed(used.error);
  if (isUsed(image, used.value)) return { outcome: "in-use", message: "in use by a container" };
  const removed = await ask((signal) => runtime.removeImage(image.id, signal));
  if (!removed.ok) return failed(removed.error);
  removedIds.add(image.id);
  return { outcome: "removed" };
}

/** CRI-O writes IDs without their algorithm. */
function isUsed({ id, repoDigests }: NodeImage, used: ReadonlySet<string>): boolean {
  const bare = id.replace(/^sha256:/, "");
  return [bare, `sha256:${bare}`, ...repoDigests].some((name) => used.has(name));
}

function failed({ message }: RuntimeFailure): Omit<Removal, "image"> {
  return { outcome: "failed", message };
}

/** Asks again while the runtime is away: it may only be restarting. */
async function insist<T>(call: Call<T>, clock: Clock, interrupted: AbortSignal): Promise<Result<T, RuntimeFailure>> {
  const patience = clock.deadline(CALL_MS, interrupted);
  try {
    for (;;) {
      const answer = await call(patience.signal);
      if (answer.ok) return answer;
      if (patience.expired() && answer.error.grpcCode === "Canceled") {
        return fail({ grpcCode: "DeadlineExceeded", message: "the runtime did not answer within 2 minutes" });
      }
      if (answer.error.grpcCode !== "Unavailable" || patience.signal.aborted) return answer;
      await clock.sleep(RETRY_MS, patience.signal);
    }
  } finally {
    patience.dispose();
  }
}
