/**
 * A pattern for one error code of the distribution specification where it stands as an element of its own (`…: denied: reason`,
 * `…\ndenied`), not as a word of a sentence: "permission denied" is an errno of the node.
 */
export function registryCode(code: string): RegExp {
  return new RegExp(`(?:^|[:\\n;,\\[] ?)${code}(?=$|[:;,\\n\\])])`);
}
