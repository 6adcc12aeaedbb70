import { afterAll, beforeAll } from "vitest";
import type { Node } from "../../../cluster/nodes/node.ts";
import type { NodeSettings } from "../../../cluster/nodes/settings.ts";
import { startNode } from "../../../cluster/nodes/start.ts";
import { removeNode } from "../../../cluster/nodes/stop.ts";
import { cluster } from "./cluster.ts";

/**
 * A node of its own for the tests of this file or describe block.
 * @returns gives the node; call it inside tests and hooks only
 */
export function useNode(name: string, settings: Partial<NodeSettings>): () => Node {
  let node: Node | undefined;
  beforeAll(async () => {
    node = await startNode(cluster, name, settings);
  });
  afterAll(async () => {
    if (node !== undefined) await removeNode(cluster, node);
  });
  return () => {
    if (node === undefined) throw new Error("the node is started by beforeAll: ask for it inside a test or hook");
    return node;
  };
}
