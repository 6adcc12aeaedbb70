/**
 * Reads Stocks from YAML files, with the image lists that they name. Everything that is wrong is said at once, with its place, and
 * nothing is used before all of it is right.
 */
import { dirname, isAbsolute, join } from "node:path";
import { InputError, type Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Stock } from "#domain/stock/stock.ts";
import type { Files, ReadStandardInput } from "#ports/files.ts";
import { type ImageList, type Placeholders, parseImageList, unusedPlaceholders } from "../image-list/image-list.ts";
import { readImageList } from "../image-list/read-image-list.ts";
import { joinListedImages } from "./listed-images.ts";
import { readStockDocument, type StockDocument } from "./stock-document.ts";
import { readYamlDocuments } from "./yaml-documents.ts";

/** How standard input is named on the command line. */
const STANDARD_INPUT = "-";
const STANDARD_INPUT_NAME = "standard input";

export interface StockSources {
  /** YAML files, `-` for standard input; each may hold several Stocks. */
  readonly files: readonly string[];
  /** Image lists that are added to the Stock, `-` for standard input. There must be one Stock then. */
  readonly imagesFrom?: readonly string[];
  readonly placeholders: Placeholders;
}

export interface StockPorts {
  readonly files: Pick<Files, "read">;
  readonly readStandardInput: ReadStandardInput;
}

/**
 * The names of the Stocks alone, for who looks at what is in a cluster already: placeholders need no value then, and no list is read.
 * @throws InputError with all else that is wrong
 */
export async function readStockPlaces(
  files: readonly string[],
  ports: StockPorts,
): Promise<readonly Pick<Stock, "name" | "namespace">[]> {
  const read = await Promise.all(files.map((file) => readFile(file, new Map(), ports)));
  const documents = read.flatMap((file) => file.documents);
  const issues = [...read.flatMap((file) => file.issues), ...documents.flatMap((document) => document.issues)];
  const inTheWay = issues.filter(({ code }) => code !== "PLACEHOLDER_UNSET");
  if (inTheWay.length > 0) throw new InputError(inOrderOfFiles(inTheWay));
  return documents.flatMap(({ stock }) =>
    stock === undefined ? [] : [{ name: stock.name, namespace: stock.namespace }],
  );
}

/**
 * @returns the Stocks in the order of the files, and what looks like a mistake and is none
 * @throws InputError with all that is wrong
 */
export async function readStocks(
  sources: StockSources,
  ports: StockPorts,
): Promise<{ stocks: readonly Stock[]; warnings: readonly Issue[] }> {
  const { placeholders, imagesFrom = [] } = sources;
  const read = await Promise.all(sources.files.map((file) => readFile(file, placeholders, ports)));
  const extra = await Promise.all(imagesFrom.map((file) => readExtraList(file, placeholders, ports)));
  const filled = await Promise.all(
    read.flatMap(({ documents, folder }) => documents.map((document) => fill(document, folder, extra, sources, ports))),
  );
  const issues = [
    ...sourceIssues(sources, filled.length),
    ...read.flatMap((file) => file.issues),
    ...extra.flatMap((list) => list.issues),
    ...filled.flatMap((stock) => stock.issues),
    ...duplicateStocks(filled),
  ];
  if (issues.length > 0) throw new InputError(inOrderOfFiles(issues));
  const used = [...filled.flatMap((stock) => stock.placeholders), ...extra.flatMap((list) => list.placeholders)];
  return {
    stocks: filled.flatMap(({ stock }) => stock ?? []),
    warnings: [...filled.flatMap((stock) => stock.warnings), ...unusedPlaceholders(used, placeholders)],
  };
}

interface StockFile {
  /** Where the paths in it start. */
  readonly folder: string;
  readonly documents: readonly StockDocument[];
  readonly issues: readonly Issue[];
}

async function readFile(file: string, placeholders: Placeholders, ports: StockPorts): Promise<StockFile> {
  const isStandardInput = file === STANDARD_INPUT;
  const name = isStandardInput ? STANDARD_INPUT_NAME : file;
  const folder = isStandardInput ? "." : dirname(file);
  const bytes = await (isStandardInput ? ports.readStandardInput() : ports.files.read(file));
  const text = bytes.ok ? decode(bytes.value) : bytes;
  if (!text.ok) return { folder, documents: [], issues: [unreadable(name, `the Stock ${text.error}`)] };
  const { documents, issues } = readYamlDocuments(name, text.value);
  if (documents.length === 0 && issues.length === 0) return { folder, documents: [], issues: [noStock(name)] };
  return { folder, documents: documents.map((document) => readStockDocument(document, placeholders)), issues };
}

async function readExtraList(file: string, placeholders: Placeholders, ports: StockPorts): Promise<ImageList> {
  if (file !== STANDARD_INPUT) return readImageList(file, placeholders, ports.files);
  const bytes = await ports.readStandardInput();
  if (bytes.ok) {
    return parseImageList(STANDARD_INPUT_NAME, Buffer.from(bytes.value).toString("utf8"), placeholders);
  }
  const issue = unreadable(STANDARD_INPUT_NAME, `the image list ${bytes.error}`);
  return { references: [], issues: [issue], placeholders: [] };
}

interface FilledStock extends Pick<StockDocument, "issues" | "warnings" | "placeholders" | "namedAt"> {
  readonly stock: Stock | undefined;
}

/** Puts the images into a Stock: its own, those of its lists, and those that came at run time. */
async function fill(
  document: StockDocument,
  folder: string,
  extra: readonly ImageList[],
  { placeholders }: StockSources,
  { files }: StockPorts,
): Promise<FilledStock> {
  const own = await Promise.all(
    document.imageLists.map(({ path, at }) =>
      readImageList(isAbsolute(path) ? path : join(folder, path), placeholders, files, at),
    ),
  );
  const listed = [...own, ...extra].flatMap((list) => list.references.map((entry) => ({ ...entry, options: {} })));
  const { images, issues, warnings } = joinListedImages([...document.images, ...listed]);
  const isEmpty = images.length === 0 && document.issues.length === 0;
  const hasLists = document.imageLists.length + extra.length > 0;
  return {
    stock: document.stock && { ...document.stock, images },
    issues: [
      ...document.issues,
      ...own.flatMap((list) => list.issues),
      ...issues,
      ...(isEmpty && !hasLists ? [noImages(document)] : []),
    ],
    warnings: [...document.warnings, ...warnings, ...(isEmpty && hasLists ? [noImages(document)] : [])],
    placeholders: [...document.placeholders, ...own.flatMap((list) => list.placeholders)],
    namedAt: document.namedAt,
  };
}

function sourceIssues({ files, imagesFrom = [] }: StockSources, stocks: number): Issue[] {
  const issues: Issue[] = [];
  const option = (problem: string, remedy: string): void => {
    issues.push({ code: "OPTION_INVALID", at: { file: "--images-from" }, problem, remedy });
  };
  if ([...files, ...imagesFrom].filter((file) => file === STANDARD_INPUT).length > 1)
    option("standard input is named twice, and can be read once", "name a file in one of the places");
  if (imagesFrom.length > 0 && stocks > 1)
    option(`it adds images to one Stock, and there are ${stocks}`, "name the file of one Stock");
  return issues;
}

function duplicateStocks(filled: readonly FilledStock[]): Issue[] {
  const names = new Set<string>();
  return filled.flatMap(({ stock, namedAt }) => {
    if (stock === undefined) return [];
    const name = `${stock.namespace}/${stock.name}`;
    const isFirst = !names.has(name);
    names.add(name);
    if (isFirst) return [];
    const problem = `there is already a Stock ${stock.name} in the namespace ${stock.namespace}`;
    return [{ code: "STOCK_DUPLICATE", at: namedAt, problem, remedy: "give it another name" } as const];
  });
}

/** As somebody who corrects the files goes through them. */
function inOrderOfFiles(issues: readonly Issue[]): Issue[] {
  const files = [...new Set(issues.map(({ at }) => at.file))];
  return issues.toSorted(
    (a, b) =>
      files.indexOf(a.at.file) - files.indexOf(b.at.file) ||
      (a.at.line ?? 0) - (b.at.line ?? 0) ||
      (a.at.column ?? 0) - (b.at.column ?? 0),
  );
}

function decode(bytes: Uint8Array): Result<string, string> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return fail("is not UTF-8 text");
  }
}

function unreadable(file: string, problem: string): Issue {
  return { code: "FILE_UNREADABLE", at: { file }, problem, remedy: "name a file that can be read" };
}

function noStock(file: string): Issue {
  const remedy = "write one, beginning with apiVersion: larder.dev/v1alpha1 and kind: Stock";
  return { code: "STOCK_MISSING", at: { file }, problem: "there is no Stock in it", remedy };
}

function noImages({ namedAt }: StockDocument): Issue {
  const remedy = "list some under spec.images, or name a file under spec.imageLists";
  return { code: "NO_IMAGES", at: namedAt, problem: "the Stock has no images", remedy };
}
