/**
 * Content by digest, as containerd's content store has it: what is there is not fetched again, and what two pulls want at
 * the same time is fetched once. Layers are proved and counted, but their bytes are not kept: nothing reads them.
 */
import type { Descriptor } from "./manifest.ts";

export interface ContentStore {
  /**
   * The bytes of a document (index, manifest, config), from the store or else from `fetch`.
   * @param fetch hands the proved bytes to `keep`
   */
  document(descriptor: Descriptor, fetch: Fetch): Promise<Uint8Array>;
  /** Makes sure that a layer was fetched and proved. */
  layer(descriptor: Descriptor, fetch: Fetch): Promise<void>;
  /** Drops all content but this. */
  retain(digests: ReadonlySet<string>): void;
}

export type Fetch = (descriptor: Descriptor, keep: (chunk: Uint8Array) => void) => Promise<void>;

export function createContentStore(): ContentStore {
  const content = new Map<string, Uint8Array>();
  const arriving = new Map<string, Promise<unknown>>();

  const obtain = async (descriptor: Descriptor, fetch: Fetch, kept: boolean): Promise<Uint8Array> => {
    const { digest } = descriptor;
    for (;;) {
      const present = content.get(digest);
      if (present !== undefined) return present;
      const other = arriving.get(digest);
      if (other === undefined) break;
      // If the other pull fails or is canceled, this one fetches.
      await other.catch(() => undefined);
    }
    const chunks: Uint8Array[] = [];
    const fetched = fetch(descriptor, (chunk) => {
      if (kept) chunks.push(chunk);
    });
    arriving.set(digest, fetched);
    try {
      await fetched;
      const bytes = Buffer.concat(chunks);
      content.set(digest, bytes);
      return bytes;
    } finally {
      arriving.delete(digest);
    }
  };

  return {
    document: (descriptor, fetch) => obtain(descriptor, fetch, true),
    async layer(descriptor, fetch) {
      await obtain(descriptor, fetch, false);
    },
    retain(digests) {
      for (const digest of content.keys()) if (!digests.has(digest)) content.delete(digest);
    },
  };
}
