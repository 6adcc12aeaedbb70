/** Privileged agents live apart from shelves, so that the namespace of the shelves can enforce the restricted Pod Security level. */
export function agentsNamespaceOf(namespace: string): string {
  return `${namespace}-agents`;
}
