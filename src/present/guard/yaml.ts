import { stringify } from "yaml";
import type { ApiObject } from "#domain/cluster/api-object.ts";

/** Objects as one YAML stream, in their order. Long texts stand as they are, one line for each of theirs, so that diffs are small. */
export function manifestsYaml(objects: readonly ApiObject[]): string {
  const options = { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false } as const;
  return objects.map((object) => stringify(object, options)).join("---\n");
}
