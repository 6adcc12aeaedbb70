/**
 * Fetches content and proves it: nothing is kept whose size or digest differs from what was asked for.
 *
 * One thing is told less well than containerd tells it. When a connection ends too early, Node cannot say whether the peer
 * closed or reset it (libuv reports an end of file for both), while containerd opens a closed one again where it stopped
 * and gives up on a reset one. Here both count as reset.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CallRefused } from "./failure.ts";
import { type Descriptor, isDigest, isIndex, isLayer, isManifest } from "./manifest.ts";
import { openContent } from "./open-content.ts";
import type { RegistryClient } from "./registry-client.ts";

/** @param keep takes the bytes as they come, before they are proved */
export async function download(
  descriptor: Descriptor,
  client: RegistryClient,
  keep: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  const { digest, size } = descriptor;
  if (size === 0) {
    const words = `unable to fetch descriptor (${digest}) which reports content size of zero: invalid argument`;
    throw new CallRefused("InvalidArgument", words);
  }
  if (!isDigest(digest)) throw new CallRefused("Unknown", `invalid digest "${digest}": unsupported digest algorithm`);
  const algorithm = digest.split(":", 1)[0] ?? "";
  const hash = createHash(algorithm);
  let received = 0;
  const ended = await readBody(await openContent(descriptor, client), signal, (chunk) => {
    hash.update(chunk);
    received += chunk.length;
    keep(chunk);
  });
  if (received < size)
    throw new CallRefused("Unknown", ended ?? "failed to read expected number of bytes: unexpected EOF");
  const actual = `${algorithm}:${hash.digest("hex")}`;
  if (received > size) throw spoiled(descriptor, `size ${received}, expected ${size}`);
  if (actual !== digest) throw spoiled(descriptor, `digest ${actual}, expected ${digest}`);
}

/** @returns undefined, or in Go's words why the body ended before its time */
async function readBody(
  answer: IncomingMessage,
  signal: AbortSignal,
  take: (chunk: Buffer) => void,
): Promise<string | undefined> {
  const { localAddress, localPort, remoteAddress, remotePort } = answer.socket;
  try {
    for await (const chunk of answer) if (Buffer.isBuffer(chunk)) take(chunk);
    return undefined;
  } catch (error) {
    if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
    const connection = `read tcp ${localAddress}:${localPort}->${remoteAddress}:${remotePort}`;
    const isBroken = error instanceof Error && "code" in error && error.code === "ECONNRESET";
    return `failed to copy: ${connection}: ${isBroken ? "read: connection reset by peer" : String(error)}`;
  }
}

function spoiled(descriptor: Descriptor, what: string): CallRefused {
  const commit = `failed commit on ref "${kindOf(descriptor)}-${descriptor.digest}"`;
  return new CallRefused("FailedPrecondition", `${commit}: unexpected commit ${what}: failed precondition`);
}

function kindOf(descriptor: Descriptor): string {
  if (isIndex(descriptor)) return "index";
  if (isManifest(descriptor)) return "manifest";
  return isLayer(descriptor) ? "layer" : "config";
}
