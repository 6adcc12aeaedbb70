/** How objects of Larder are known in a cluster. Labels are for selecting; what nobody selects by is an annotation. */
export const FIELD_MANAGER = "larder";

export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const MANAGED_BY = "larder";
/** Name of the Stock; on every object and pod that belongs to one. */
export const STOCK_LABEL = "larder.dev/stock";
/** What a DaemonSet and its pods are: `shelf`, `agent` or `probe`; on what belongs to a guard, `guard`. */
export const ROLE_LABEL = "larder.dev/role";
/** Name of the shelf, on its DaemonSet and pods. */
export const SHELF_LABEL = "larder.dev/shelf";
/** On nodes, where Larder may set it: which group of a mixed cluster a node belongs to. */
export const GROUP_LABEL = "larder.dev/group";

/** On a probe: the run of `verify` that made it, and deletes it. */
export const RUN_LABEL = "larder.dev/run";

/** On a probe: until when its run may need it (RFC 3339); later it is left over from a run that was killed. */
export const EXPIRES_ANNOTATION = "larder.dev/expires";
/** On a DaemonSet: the images of its containers `image-0`, `image-1`, … as a JSON list of references as written. */
export const IMAGES_ANNOTATION = "larder.dev/images";
/** On a pod template: a hash of what it was made of beyond its own text (secrets, lists), so that a change rolls out. */
export const CONTENT_ANNOTATION = "larder.dev/content";
/** On a pod template: which version of it a pod is of, so that pods of an older one, which still run for a moment, are not taken for it. */
export const REVISION_ANNOTATION = "larder.dev/revision";
/** On a namespace that `up` made, so that `down` may delete it. */
export const CREATED_ANNOTATION = "larder.dev/created-by";
/** On a copied secret: `NAMESPACE/NAME` of the original. */
export const COPIED_FROM_ANNOTATION = "larder.dev/copied-from";

export type Role = "shelf" | "agent" | "probe" | "guard";

/** What `up` made and `down` takes away. The guard of the Stock is not among it: it has commands of its own. */
export function stockSelector(stock: string): string {
  return `${MANAGED_BY_LABEL}=${MANAGED_BY},${STOCK_LABEL}=${stock},${ROLE_LABEL}!=guard`;
}

/** @param name of the guard; undefined: all guards */
export function guardSelector(name?: string): string {
  const ofStock = name === undefined ? "" : `,${STOCK_LABEL}=${name}`;
  return `${MANAGED_BY_LABEL}=${MANAGED_BY},${ROLE_LABEL}=guard${ofStock}`;
}

export function stockLabels(stock: string): Readonly<Record<string, string>> {
  return { [MANAGED_BY_LABEL]: MANAGED_BY, [STOCK_LABEL]: stock };
}
