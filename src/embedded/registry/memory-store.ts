/** What the registry holds: everything in memory, each repository by itself, since a blob of one is unknown to the next. */
import { randomUUID } from "node:crypto";
import { isDigest } from "../digest.ts";

export interface StoredManifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export interface Upload {
  readonly id: string;
  readonly repository: string;
  readonly chunks: Uint8Array[];
}

interface Repository {
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, StoredManifest>;
  /** Tag to digest. */
  readonly tags: Map<string, string>;
}

export class MemoryStore {
  readonly #repositories = new Map<string, Repository>();
  readonly #uploads = new Map<string, Upload>();

  blob(repository: string, digest: string): Uint8Array | undefined {
    return this.#repositories.get(repository)?.blobs.get(digest);
  }

  putBlob(repository: string, digest: string, bytes: Uint8Array): void {
    this.#open(repository).blobs.set(digest, bytes);
  }

  /** @returns false if there was none */
  deleteBlob(repository: string, digest: string): boolean {
    return this.#repositories.get(repository)?.blobs.delete(digest) ?? false;
  }

  manifest(repository: string, tagOrDigest: string): StoredManifest | undefined {
    const digest = this.digestOf(repository, tagOrDigest);
    return digest === undefined ? undefined : this.#repositories.get(repository)?.manifests.get(digest);
  }

  /** The digest that a tag points to; of a digest, itself. */
  digestOf(repository: string, tagOrDigest: string): string | undefined {
    return isDigest(tagOrDigest) ? tagOrDigest : this.#repositories.get(repository)?.tags.get(tagOrDigest);
  }

  /** The tags that point to a digest, or the digest that a tag points to. */
  otherNames(repository: string, tagOrDigest: string): string[] {
    const tags = this.#repositories.get(repository)?.tags ?? new Map<string, string>();
    const target = tags.get(tagOrDigest);
    if (target !== undefined) return [target];
    return [...tags].filter(([, digest]) => digest === tagOrDigest).map(([tag]) => tag);
  }

  putManifest(repository: string, manifest: StoredManifest, tag: string | undefined): void {
    const { manifests, tags } = this.#open(repository);
    manifests.set(manifest.digest, manifest);
    if (tag !== undefined) tags.set(tag, manifest.digest);
  }

  /** Removes a manifest and the tags that point to it. @returns false if there was none */
  deleteManifest(repository: string, digest: string): boolean {
    const known = this.#repositories.get(repository);
    if (known === undefined || !known.manifests.delete(digest)) return false;
    for (const [tag, target] of known.tags) if (target === digest) known.tags.delete(tag);
    return true;
  }

  /** Sorted; undefined: there is no image in such a repository. */
  tags(repository: string): readonly string[] | undefined {
    const known = this.#repositories.get(repository);
    return known === undefined || known.manifests.size === 0 ? undefined : [...known.tags.keys()].toSorted();
  }

  startUpload(repository: string): Upload {
    const upload = { id: randomUUID(), repository, chunks: [] };
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  upload(repository: string, id: string): Upload | undefined {
    const upload = this.#uploads.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  endUpload(upload: Upload): void {
    this.#uploads.delete(upload.id);
  }

  #open(repository: string): Repository {
    const known = this.#repositories.get(repository) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(repository, known);
    return known;
  }
}
