import type { Inventory } from "#domain/manifests/inventory.ts";
import type { ImageStanding } from "#domain/observing/image-standing.ts";
import type { ImageStatus, NodeStatus, StockStatus } from "#present/status/status.ts";
import type { NodeSnapshot, Snapshot } from "#workflows/awaiting/snapshot.ts";

/** How a Stock stands, in the words of whoever shows it. */
export function stockStatus({ name, namespace, method, images }: Inventory, snapshot: Snapshot): StockStatus {
  const written = images.map(({ reference }) => reference.written);
  const leftOut: ImageStatus = { state: "left-out" };
  const nothing = written.map(() => leftOut);
  return {
    stock: name,
    namespace,
    method,
    images: written,
    nodes: [
      ...snapshot.nodes.map((node) => nodeStatus(node, written)),
      ...snapshot.leftOut.map(({ node, reason }) => ({
        name: node,
        state: "ready",
        leftOut: `it ${reason}`,
        images: nothing,
      })),
    ],
  };
}

function nodeStatus({ node, notReady, images }: NodeSnapshot, written: readonly string[]): NodeStatus {
  return {
    name: node,
    state: notReady === undefined ? "ready" : `not ready: ${notReady}`,
    images: written.map((image) => imageStatus(images.get(image))),
  };
}

/** Not meant for this node: undefined. */
function imageStatus(standing: ImageStanding | undefined): ImageStatus {
  switch (standing?.kind) {
    case undefined:
      return { state: "left-out" };
    case "stocked":
      return { state: "stocked", ...(standing.unheld !== undefined && { message: standing.unheld }) };
    case "pulling":
      return { state: "pulling" };
    case "waiting":
      return { state: "waiting", ...(standing.why !== undefined && { message: standing.why }) };
    case "failing":
      return {
        state: "failing",
        class: standing.failure.class,
        message: standing.failure.message,
        advice: standing.failure.advice,
      };
    case "given-up":
      return {
        state: "failing",
        class: standing.class ?? standing.outcome,
        ...(standing.message !== undefined && { message: standing.message }),
      };
  }
}
