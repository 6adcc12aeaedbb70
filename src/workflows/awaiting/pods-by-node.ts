import type { LarderPod } from "#domain/observing/pod-facts.ts";
import type { Change } from "#ports/kubernetes.ts";

/** The pods that several watches tell of, by the node that they are on. */
export class PodsByNode {
  readonly #byNode = new Map<string, Map<string, LarderPod>>();
  /** By watch: where each of its pods was last. */
  readonly #places: readonly Map<string, string>[];
  readonly #listed = new Set<number>();

  constructor(watches: number) {
    this.#places = Array.from({ length: watches }, () => new Map<string, string>());
  }

  /** Every watch has told all that is there. */
  get areListed(): boolean {
    return this.#listed.size === this.#places.length;
  }

  on(node: string): readonly LarderPod[] {
    return [...(this.#byNode.get(node)?.values() ?? [])];
  }

  /** @returns the nodes whose pods are others now */
  take(watch: number, change: Change<LarderPod>): ReadonlySet<string> {
    const places = this.#places[watch];
    const touched = new Set<string>();
    if (!places) return touched;
    switch (change.kind) {
      case "listed":
        for (const uid of places.keys()) this.#remove(places, uid, touched);
        for (const pod of change.items) this.#put(places, pod, touched);
        this.#listed.add(watch);
        break;
      case "changed":
        this.#put(places, change.item, touched);
        break;
      case "deleted":
        this.#remove(places, change.item.uid, touched);
        break;
      case "interrupted":
        break;
    }
    return touched;
  }

  #put(places: Map<string, string>, pod: LarderPod, touched: Set<string>): void {
    if (places.get(pod.uid) !== pod.node) this.#remove(places, pod.uid, touched);
    const pods = this.#byNode.get(pod.node) ?? new Map<string, LarderPod>();
    this.#byNode.set(pod.node, pods.set(pod.uid, pod));
    places.set(pod.uid, pod.node);
    touched.add(pod.node);
  }

  #remove(places: Map<string, string>, uid: string, touched: Set<string>): void {
    const node = places.get(uid);
    if (node === undefined) return;
    places.delete(uid);
    const pods = this.#byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.#byNode.delete(node);
    touched.add(node);
  }
}
