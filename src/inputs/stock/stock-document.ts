/** One YAML document as a Stock: its fields go through the schema, its images through the rules of image lists. */
import type { Issue, Place } from "#domain/issue.ts";
import { nearestWord } from "#domain/nearest-word.ts";
import type { NodeSelection, Stock } from "#domain/stock/stock.ts";
import {
  type ListedReference,
  type Placeholders,
  parseListedImage,
  placeholderNames,
} from "../image-list/image-list.ts";
import { fieldIssues } from "./field-issues.ts";
import type { ImageOptions, ListedImage } from "./listed-images.ts";
import { checkListPath, imageSchema, STOCK_KIND, stockSchema, type WrittenStock } from "./schema.ts";
import type { FieldPath, YamlDocument } from "./yaml-documents.ts";

/** A Stock whose image lists are still to be read. */
export interface StockDocument {
  /** Everything but its images; undefined where an issue is in the way. */
  readonly stock: Omit<Stock, "images"> | undefined;
  /** The images in the document itself, as far as they can be read. */
  readonly images: readonly ListedImage[];
  readonly imageLists: readonly { readonly path: string; readonly at: Place }[];
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** Names of its placeholders, filled or not. */
  readonly placeholders: readonly string[];
  /** Where its name stands. */
  readonly namedAt: Place;
}

export function readStockDocument(document: YamlDocument, placeholders: Placeholders): StockDocument {
  const parsed = stockSchema.safeParse(document.value);
  const found = parsed.error?.issues ?? [];
  const kind = valueOf(document.value, "kind");
  const isOfAnotherKind = isText(kind) && nearestWord(kind, [STOCK_KIND]) === undefined;
  const kept = isOfAnotherKind ? found.filter(({ path }) => path[0] === "apiVersion" || path[0] === "kind") : found;
  const spec = isOfAnotherKind ? undefined : valueOf(document.value, "spec");
  const images = readImages(listOf(spec, "images"), document, placeholders);
  return {
    stock: parsed.data && stockOf(parsed.data),
    images: images.listed,
    imageLists: listOf(spec, "imageLists").flatMap((path, index) =>
      isText(path) && checkListPath(path).ok ? [{ path, at: document.placeOf(["spec", "imageLists", index]) }] : [],
    ),
    issues: [...fieldIssues(kept, document), ...images.issues],
    warnings: parsed.data ? fieldsWithoutEffect(parsed.data, document) : [],
    placeholders: images.placeholders,
    namedAt: document.placeOf(["metadata", "name"]),
  };
}

function stockOf({ metadata, spec }: WrittenStock): Omit<Stock, "images"> {
  const { selector, names, tolerations, os, arch } = spec.nodes;
  const nodes: NodeSelection = {
    os,
    architectures: typeof arch === "string" ? [arch] : arch,
    requirements: selector,
    names,
    tolerations,
  };
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    pullSecrets: spec.pullSecrets,
    method: spec.method,
    nodes,
    pacing: { spreadMs: spec.pacing.spread, shelfSize: spec.pacing.shelfSize },
    timeoutMs: spec.timeout,
    graceMs: spec.grace,
    nodeLabels: new Map(Object.entries(spec.nodeLabels)),
  };
}

interface ReadImages {
  readonly listed: readonly ListedImage[];
  readonly issues: readonly Issue[];
  readonly placeholders: readonly string[];
}

/** Each entry alone, so that all images are looked at even where other fields are wrong. */
function readImages(entries: readonly unknown[], document: YamlDocument, placeholders: Placeholders): ReadImages {
  const texts = entries.flatMap((entry, index) => {
    const path: FieldPath = ["spec", "images", index];
    if (isText(entry)) return [{ text: entry, at: document.placeOf(path), options: {} }];
    const text = valueOf(entry, "ref");
    return isText(text) ? [{ text, at: document.placeOf([...path, "ref"]), options: optionsOf(entry) }] : [];
  });
  const read = texts.map(({ text, at, options }) => ({ ...parseListedImage(text, at, placeholders), options }));
  return {
    listed: read.flatMap((image) => (isListed(image) ? [image] : [])),
    issues: read.flatMap((image) => (isListed(image) ? [] : image.issues)),
    placeholders: placeholderNames(texts.map(({ text }) => text).join("\n")),
  };
}

function isListed<Options>(
  image: (ListedReference | { issues: readonly Issue[] }) & Options,
): image is ListedReference & Options {
  return "reference" in image;
}

/** Options that are wrong are issues already. */
function optionsOf(entry: unknown): ImageOptions {
  const { data } = imageSchema.safeParse(entry);
  return data === undefined ? {} : { secrets: data.secrets, platform: data.platform };
}

function fieldsWithoutEffect({ spec }: WrittenStock, document: YamlDocument): Issue[] {
  const written = valueOf(valueOf(document.value, "spec"), "pacing");
  const without = (field: string, why: string, remedy: string): Issue[] => {
    if (valueOf(written, field) === undefined) return [];
    const at = document.placeOfName(["spec", "pacing", field]);
    return [{ code: "OPTION_WITHOUT_EFFECT", at, problem: `"spec.pacing.${field}" changes nothing: ${why}`, remedy }];
  };
  const remedy = "remove it, or choose another method";
  if (spec.method === "kubelet") return without("spread", "the method kubelet has no agents", remedy);
  return spec.method === "cri" ? without("shelfSize", "the method cri has no shelves", remedy) : [];
}

function listOf(around: unknown, field: string): readonly unknown[] {
  const value = valueOf(around, field);
  return Array.isArray(value) ? value : [];
}

function valueOf(around: unknown, field: string): unknown {
  return typeof around === "object" && around !== null ? Reflect.get(around, field) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
