import { formatCount } from "../wording/count.ts";

export interface TakenDownFacts {
  readonly objects: number;
  readonly namespaces: readonly string[];
  readonly unlabelled: readonly string[];
  readonly left: readonly string[];
  /** Then somebody else tells of them. @default false */
  readonly areImagesPurged?: boolean;
}

/** What `down` did, as lines for people. */
export function takenDownText(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { objects, namespaces, unlabelled, left, areImagesPurged = false }: TakenDownFacts,
): string {
  const state = left.length === 0 ? "" : `; not all is gone yet: ${left.join(", ")}`;
  if (objects === 0 && namespaces.length === 0)
    return `Stock ${name}: nothing of it is in the namespace ${namespace}${state}\n`;
  const also = [
    ...(namespaces.length > 0
      ? [`the ${namespaces.length === 1 ? "namespace" : "namespaces"} ${namespaces.join(" and ")}`]
      : []),
    ...(unlabelled.length > 0 ? [`labels of ${formatCount(unlabelled.length, "node")}`] : []),
  ];
  const removed = [formatCount(objects, "object"), ...also].join(", ");
  const images = areImagesPurged
    ? ""
    : "  Images stay on the nodes with the kubelets' records of them, until a kubelet needs the room.\n";
  return `Stock ${name}: removed ${removed}${state}\n${images}`;
}
