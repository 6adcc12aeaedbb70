import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, visit, type YAMLMap } from "yaml";

/** Where a key comes in by `<<` although its map has it already: other readers let one win, Kubernetes refuses it. */
export function findOverlappingMerges(document: Document): Node[] {
  const found: Node[] = [];
  visit(document, {
    Map(_key, map) {
      const keys = map.items.flatMap(({ key, value }) =>
        isMergeKey(key) ? mergedKeys(document, value) : [keyText(key)],
      );
      const merge = map.items.find(({ key }) => isMergeKey(key));
      if (isNode(merge?.key) && new Set(keys).size < keys.length) found.push(merge.key);
    },
  });
  return found;
}

export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** A `<<` without quotes, as the parser's `merge` tag knows it. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

function mergedKeys(document: Document, value: unknown): string[] {
  return sourcesOf(document, value).flatMap((map) => map.items.map(({ key }) => keyText(key)));
}

function sourcesOf(document: Document, value: unknown): YAMLMap[] {
  const node: unknown = isAlias(value) ? value.resolve(document) : value;
  if (isSeq(node)) return node.items.flatMap((item) => sourcesOf(document, item));
  return isMap(node) ? [node] : [];
}
