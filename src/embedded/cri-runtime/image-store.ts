/**
 * Images as containerd's CRI part lists them (1.6, pkg/cri/store/image): an image is known by its ID, the digest of its
 * config, and has any number of names: tags (`repoTags`) and pinned names (`repoDigests`). A tag that is pulled again and
 * now means another image moves there; the old image keeps its other names.
 */
import { normalizedImage, parseImageReference } from "#domain/image/reference.ts";
import type { NodeImage } from "#ports/cri.ts";
import { CallRefused } from "./failure.ts";

export interface StoredImage {
  readonly id: string;
  readonly names: ReadonlySet<string>;
  readonly sizeBytes: number;
  /** Digests of everything that the image is made of. */
  readonly contents: ReadonlySet<string>;
  readonly isPinned?: true;
}

export interface ImageStore {
  add(image: StoredImage): void;
  /** By ID, by the beginning of an ID, or by a name in any spelling. */
  find(nameOrId: string): NodeImage | undefined;
  list(): readonly NodeImage[];
  /** Removes an image with all its names. @returns the digests that the other images still need */
  remove(id: string): ReadonlySet<string>;
}

export function createImageStore(): ImageStore {
  const images = new Map<string, StoredImage>();
  const idOf = new Map<string, string>();

  const forget = (name: string): void => {
    const image = images.get(idOf.get(name) ?? "");
    if (image !== undefined) images.set(image.id, { ...image, names: without(image.names, name) });
    idOf.delete(name);
  };
  const lookUp = (nameOrId: string): StoredImage | undefined => {
    const reference = parseImageReference(nameOrId);
    const id = reference.ok ? idOf.get(normalizedImage(reference.value)) : undefined;
    return images.get(id ?? nameOrId) ?? byIdPrefix(nameOrId, images);
  };

  return {
    add(image) {
      for (const name of image.names) {
        if (idOf.get(name) !== image.id) forget(name);
        idOf.set(name, image.id);
      }
      const known = images.get(image.id) ?? image;
      images.set(image.id, {
        ...known,
        names: new Set([...known.names, ...image.names]),
        contents: new Set([...known.contents, ...image.contents]),
      });
    },
    find(nameOrId) {
      const image = lookUp(nameOrId);
      return image && asListed(image);
    },
    list: () => [...images.values()].map(asListed),
    remove(id) {
      for (const name of images.get(id)?.names ?? []) idOf.delete(name);
      images.delete(id);
      return new Set([...images.values()].flatMap((image) => [...image.contents]));
    },
  };
}

function byIdPrefix(text: string, images: ReadonlyMap<string, StoredImage>): StoredImage | undefined {
  const prefix = /^(?:sha256:)?([0-9a-f]+)$/.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const matches = [...images.values()].filter((image) => image.id.startsWith(`sha256:${prefix}`));
  if (matches.length > 1)
    throw new CallRefused("Unknown", `can not resolve "${text}" locally: ambiguous digest string`);
  return matches[0];
}

function asListed(image: StoredImage): NodeImage {
  const names = [...image.names].toSorted();
  return {
    id: image.id,
    repoTags: names.filter((name) => !name.includes("@")),
    repoDigests: names.filter((name) => name.includes("@")),
    sizeBytes: image.sizeBytes,
    ...(image.isPinned && { isPinned: true }),
  };
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((other) => other !== name));
}
