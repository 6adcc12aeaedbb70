/**
 * Divides images among branches of a binary tree. Where an image belongs is decided by its own name alone, bit by bit of a hash, and a
 * branch divides only where it holds too much. So an image that comes or goes touches one branch, and at most divides it or joins it with
 * its neighbour, while a list that is cut into pieces of eight moves one image in each piece behind the change. The price: branches
 * are two thirds full on average.
 *
 * Images of one repository stay together whatever their tags are, so that a new tag moves nothing.
 */
import { createHash } from "node:crypto";
import { repositoryOf } from "../image/reference.ts";
import type { StockImage } from "./stock.ts";

export interface Branch {
  /** 1 is the root; the branches of n are 2n and 2n + 1. */
  readonly node: bigint;
  /** Sorted by spelling; never empty. */
  readonly images: readonly StockImage[];
}

/** @param images each spelling once, in any order */
export function divideImages(images: readonly StockImage[], sizeMax: number): readonly Branch[] {
  const placed = images
    .map((image) => ({ image, way: wayOf(image) }))
    .toSorted((a, b) => (a.image.reference.written < b.image.reference.written ? -1 : 1));
  return divide(placed, 1n, 0, sizeMax);
}

interface PlacedImage {
  readonly image: StockImage;
  /** Its turns at each branching, as the bits of these bytes. */
  readonly way: Uint8Array;
}

function divide(placed: readonly PlacedImage[], node: bigint, depth: number, sizeMax: number): readonly Branch[] {
  if (placed.length === 0) return [];
  if (placed.length <= sizeMax) return [{ node, images: placed.map(({ image }) => image) }];
  const left = placed.filter(({ way }) => turnAt(way, depth) === 0);
  const right = placed.filter(({ way }) => turnAt(way, depth) === 1);
  return [...divide(left, 2n * node, depth + 1, sizeMax), ...divide(right, 2n * node + 1n, depth + 1, sizeMax)];
}

/** First where the repository belongs, then, for repositories of which more images are listed than a branch holds, where the image does. */
function wayOf({ reference }: StockImage): Uint8Array {
  const repository = sha256(repositoryOf(reference)).subarray(0, 8);
  return Buffer.concat([repository, sha256(reference.written)]);
}

function turnAt(way: Uint8Array, depth: number): 0 | 1 {
  const byte = way[depth >> 3];
  if (byte === undefined) throw new RangeError("an image is there twice");
  return (byte & (0x80 >> (depth & 7))) === 0 ? 0 : 1;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
