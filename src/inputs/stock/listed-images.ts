/** The images of a Stock as they are listed, here and in image lists, and what becomes of one that is listed twice. */
import type { Platform } from "#domain/cluster/platform.ts";
import { formatPlatform } from "#domain/cluster/platform.ts";
import { formatSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import type { Issue, Place } from "#domain/issue.ts";
import type { StockImage } from "#domain/stock/stock.ts";
import type { ListedReference } from "../image-list/image-list.ts";

export interface ImageOptions {
  readonly secrets?: readonly SecretName[] | undefined;
  readonly platform?: Platform | undefined;
}

export interface ListedImage extends ListedReference {
  readonly options: ImageOptions;
}

/**
 * Joins what is listed into images, each spelling once, at its first place. An image may lie in a list and have its options in the
 * Stock; the same spelling with the same options again is a warning, with others it is an issue. Two spellings of one image stay two,
 * since kubelets file records under each.
 */
export function joinListedImages(listed: readonly ListedImage[]): {
  images: readonly StockImage[];
  issues: readonly Issue[];
  warnings: readonly Issue[];
} {
  const bySpelling = new Map<string, ListedImage>();
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  for (const image of listed) {
    const { written } = image.reference;
    const first = bySpelling.get(written);
    if (first === undefined || isPlain(first, image)) bySpelling.set(written, image);
    else if (optionsText(first) === optionsText(image)) warnings.push(duplicate(image, first.at));
    else if (hasOptions(image)) issues.push(conflicting(image, first.at));
  }
  const images = Array.from(bySpelling.values(), ({ reference, options: { secrets, platform } }) => ({
    reference,
    ...(secrets !== undefined && { secrets }),
    ...(platform !== undefined && { platform }),
  }));
  return { images, issues, warnings };
}

/** Whether the later one says more about the image than the first. */
function isPlain(first: ListedImage, later: ListedImage): boolean {
  return !hasOptions(first) && hasOptions(later);
}

function hasOptions(image: ListedImage): boolean {
  return optionsText(image) !== "";
}

function optionsText({ options: { secrets, platform } }: ListedImage): string {
  const parts = [
    secrets === undefined ? "" : `secrets ${secrets.map(formatSecretName).join(" ")}`,
    platform === undefined ? "" : `platform ${formatPlatform(platform)}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function duplicate({ reference, at }: ListedImage, first: Place): Issue {
  const problem = `${reference.written} is already listed (${describePlace(first)})`;
  return { code: "IMAGE_DUPLICATE", at, problem, remedy: "remove one of them" };
}

function conflicting({ reference, at }: ListedImage, first: Place): Issue {
  const problem = `${reference.written} is already listed with other secrets or another platform (${describePlace(first)})`;
  return { code: "IMAGE_CONFLICTING", at, problem, remedy: "list it once" };
}

function describePlace({ file, line }: Place): string {
  return line === undefined ? file : `${file} line ${line}`;
}
