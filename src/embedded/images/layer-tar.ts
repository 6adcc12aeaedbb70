import { packTar, type TarEntry } from "modern-tar";

/** The modification time of every file in an image: what changes from build to build must not change a digest. */
export const EPOCH = new Date(0);

export type LayerEntry =
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/**
 * The tar file of a layer. The same entries give the same bytes in whatever order they come: sorted by path, owned by
 * root, without times.
 * @param entries their paths have no leading slash
 */
export function layerTar(entries: readonly LayerEntry[]): Promise<Uint8Array> {
  return packTar(entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(tarEntry));
}

function tarEntry(entry: LayerEntry): TarEntry {
  const owned = { mtime: EPOCH, uid: 0, gid: 0 };
  switch (entry.kind) {
    case "file":
      return {
        header: { name: entry.path, size: entry.content.length, mode: entry.mode, ...owned },
        body: entry.content,
      };
    case "folder":
      return { header: { name: `${entry.path}/`, type: "directory", size: 0, mode: entry.mode, ...owned } };
    case "link":
      return {
        header: { name: entry.path, type: "symlink", linkname: entry.target, size: 0, mode: 0o777, ...owned },
      };
  }
}
