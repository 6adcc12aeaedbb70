import { printable } from "./printable.ts";

/**
 * Names of nodes that stand together: `ip-10-0-1-7.eu-central-1.compute.internal` is told apart by its first label, unless
 * another of them has the same or the label is a number of an address.
 */
export function shortNodeNames(nodes: readonly string[]): readonly string[] {
  const labels = nodes.map((node) => /^[^.]*[a-z][^.]*/i.exec(node)?.[0] ?? node);
  const names = new Set(labels).size === new Set(nodes).size ? labels : nodes;
  return names.map(printable);
}

/** What all names have in common behind their first label, as `.eu-central-1.compute.internal`; empty if there are fewer than two or one has no such end. */
export function commonSuffix(nodes: readonly string[]): string {
  const suffix = /^[^.]*[a-z][^.]*(\..+)$/i.exec(nodes[0] ?? "")?.[1];
  const isShared = suffix !== undefined && nodes.every((node) => node.indexOf(".") === node.length - suffix.length);
  return isShared && nodes.length > 1 && nodes.every((node) => node.endsWith(suffix)) ? suffix : "";
}
