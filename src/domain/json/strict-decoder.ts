/**
 * Objects as Kubernetes decodes them strictly (sigs.k8s.io/json UnmarshalStrict): an unknown field is an error, names count
 * with their case, and `null` is as good as absent. Problems are collected, so that one look shows all of them.
 */
import { formatJsonPath, type JsonPath } from "./json-path.ts";

/** A value with its place; absent and `null` are both `undefined`. */
export interface JsonNode {
  readonly path: JsonPath;
  readonly value: unknown;
}

/** What is wrong, never with a value from the text, which may be a secret. */
export interface JsonProblem {
  readonly path: JsonPath;
  /** A clause that stands alone. */
  readonly problem: string;
  readonly remedy: string;
}

/** The getters give `undefined` for a value of the wrong type, which they have then reported. */
export class StrictDecoder {
  readonly problems: JsonProblem[] = [];

  report(path: JsonPath, problem: string, remedy: string): void {
    this.problems.push({ path, problem, remedy });
  }

  /** The known fields of an object; none has a value if it is absent or no object. */
  fields<Name extends string>(node: JsonNode, known: readonly Name[]): (name: Name) => JsonNode {
    const object = this.#object(node);
    for (const name of Object.keys(object)) {
      if (!known.some((field) => field === name)) this.#reportUnknown([...node.path, name], name, known);
    }
    return (name) => ({ path: [...node.path, name], value: object[name] ?? undefined });
  }

  /** The entries of an object whose keys are free. */
  entries(node: JsonNode): (readonly [key: string, value: JsonNode])[] {
    return Object.entries(this.#object(node)).map(([key, value]) => [
      key,
      { path: [...node.path, key], value: value ?? undefined },
    ]);
  }

  items(node: JsonNode): readonly JsonNode[] | undefined {
    if (node.value === undefined) return [];
    if (!Array.isArray(node.value)) return this.#reportType(node.path, "a list");
    return node.value.map((value: unknown, index) => ({ path: [...node.path, index], value: value ?? undefined }));
  }

  /** Empty where absent. */
  text(node: JsonNode): string | undefined {
    if (node.value === undefined) return "";
    return typeof node.value === "string" ? node.value : this.#reportType(node.path, "text");
  }

  flag(node: JsonNode): boolean | undefined {
    if (node.value === undefined || typeof node.value === "boolean") return node.value;
    return this.#reportType(node.path, "true or false");
  }

  #object(node: JsonNode): Readonly<Record<string, unknown>> {
    if (node.value === undefined) return {};
    if (isObject(node.value)) return node.value;
    this.#reportType(node.path, "an object");
    return {};
  }

  #reportType(path: JsonPath, wanted: string): undefined {
    this.report(
      path,
      `${path.length === 0 ? "the text" : `"${formatJsonPath(path)}"`} is not ${wanted}`,
      `make it ${wanted}`,
    );
  }

  #reportUnknown(path: JsonPath, name: string, known: readonly string[]): void {
    const meant = known.find((field) => field.toLowerCase() === name.toLowerCase());
    const remedy = meant === undefined ? `remove it; known are ${known.join(", ")}` : `write it ${meant}`;
    this.report(path, `"${formatJsonPath(path)}" is an unknown field`, remedy);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
