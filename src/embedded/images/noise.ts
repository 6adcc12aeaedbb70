import { createCipheriv, createHash } from "node:crypto";

/** Bytes that nothing can compress, the same for the same seed: the key stream of AES in counter mode. */
export function noise(seed: string, length: number): Uint8Array {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
