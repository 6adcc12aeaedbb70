import type { ApiObject } from "#domain/cluster/api-object.ts";

/** A generous deadline for a call: nothing here should ever reach it. */
export function inTime(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

/** The smallest object that Larder writes. */
export function configMap(
  namespace: string,
  name: string,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly data?: Readonly<Record<string, string>> } = {},
): ApiObject {
  const { labels, data = {} } = more;
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...(labels && { labels }) }, data };
}

export function named(namespace: string, name: string) {
  return { resource: "configmaps", namespace, name } as const;
}

export function nameOf(object: ApiObject): string | undefined {
  return object.metadata.name;
}
