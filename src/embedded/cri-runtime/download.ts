/**
 * Fetches content and proves it: nothing is kept whose size or digest differs from what was asked for. A connection that
 * ends too early is opened again where it stopped, as containerd does (1.6, remotes/docker/httpreadseeker.go).
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CallRefused, within } from "./failure.ts";
import { goWords, isReset } from "./go-words.ts";
import { type Descriptor, isDigest, isIndex, isLayer, isManifest } from "./manifest.ts";
import { openContent } from "./open-content.ts";
import type { RegistryClient } from "./registry-client.ts";

const ATTEMPTS_WITHOUT_PROGRESS_MAX = 3;

/** @param keep takes the bytes as they come; layers are only proved, not kept */
export async function download(
  descriptor: Descriptor,
  client: RegistryClient,
  keep: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  const { digest, size } = descriptor;
  if (size === 0) {
    throw new CallRefused(
      "InvalidArgument",
      `unable to fetch descriptor (${digest}) which reports content size of zero: invalid argument`,
    );
  }
  if (!isDigest(digest)) throw new CallRefused("Unknown", `invalid digest "${digest}": unsupported digest algorithm`);
  const algorithm = digest.split(":", 1)[0] ?? "";
  const hash = createHash(algorithm);
  let received = 0;
  await within("failed to copy", () =>
    readResumed(descriptor, client, signal, (chunk) => {
      hash.update(chunk);
      received += chunk.length;
      keep(chunk);
    }),
  );
  if (received < size) throw new CallRefused("Unknown", "failed to read expected number of bytes: unexpected EOF");
  const actual = `${algorithm}:${hash.digest("hex")}`;
  const commit = `failed commit on ref "${kindOf(descriptor)}-${digest}"`;
  if (received > size) {
    throw new CallRefused(
      "FailedPrecondition",
      `${commit}: unexpected commit size ${received}, expected ${size}: failed precondition`,
    );
  }
  if (actual !== digest) {
    throw new CallRefused(
      "FailedPrecondition",
      `${commit}: unexpected commit digest ${actual}, expected ${digest}: failed precondition`,
    );
  }
}

async function readResumed(
  descriptor: Descriptor,
  client: RegistryClient,
  signal: AbortSignal,
  take: (chunk: Buffer) => void,
): Promise<void> {
  let offset = 0;
  let attemptsWithoutProgress = 0;
  while (attemptsWithoutProgress <= ATTEMPTS_WITHOUT_PROGRESS_MAX) {
    const before = offset;
    const answer = await openContent(descriptor, client, offset);
    // A registry that knows no ranges sends everything again.
    let skip = answer.statusCode === 206 ? 0 : offset;
    const end = await readBody(answer, signal, (chunk) => {
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      offset += fresh.length;
      take(fresh);
    });
    if (end === "whole" || offset >= descriptor.size) return;
    attemptsWithoutProgress = offset > before ? 0 : attemptsWithoutProgress + 1;
  }
  throw new CallRefused("Unknown", "unexpected EOF");
}

async function readBody(
  answer: IncomingMessage,
  signal: AbortSignal,
  take: (chunk: Buffer) => void,
): Promise<"whole" | "cut short"> {
  let connectionError: unknown;
  const { socket } = answer;
  const onError = (error: Error): void => {
    connectionError = error;
  };
  socket.once("error", onError);
  try {
    for await (const chunk of answer) if (Buffer.isBuffer(chunk)) take(chunk);
    return "whole";
  } catch (error) {
    if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
    if (isReset(connectionError)) throw new CallRefused("Unknown", goWords(connectionError, urlOf(answer)));
    if (error instanceof Error && "code" in error && error.code === "ECONNRESET") return "cut short";
    throw new CallRefused("Unknown", goWords(error, urlOf(answer)));
  } finally {
    socket.off("error", onError);
  }
}

function urlOf(answer: IncomingMessage): URL {
  return new URL(`tcp://${answer.socket.remoteAddress ?? "0.0.0.0"}:${answer.socket.remotePort ?? 0}`);
}

function kindOf(descriptor: Descriptor): string {
  if (isIndex(descriptor)) return "index";
  if (isManifest(descriptor)) return "manifest";
  return isLayer(descriptor) ? "layer" : "config";
}
