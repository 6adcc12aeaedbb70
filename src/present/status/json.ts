import { countStandings, type NodeStatus, type StandingCounts, type StockStatus } from "./status.ts";

const STATUS_SCHEMA = "larder.dev/status/v1";

/**
 * The same for programs, piece by piece, a node a line: `{schema, stocks: [{stock, namespace, method, counts, images, nodes:
 * [{node, state, leftOut, counts, images: [{image, state, class, message, advice}]}]}]}`. Everything is there even if it is
 * unknown (`null`); keys are added in later versions, never changed.
 */
export function* statusJson(stocks: readonly StockStatus[]): Generator<string> {
  yield `{\n"schema": ${JSON.stringify(STATUS_SCHEMA)},\n"stocks": [`;
  for (const [index, status] of stocks.entries()) {
    const { stock, namespace, method, images } = status;
    const counts = countsOf(countStandings(status.nodes.flatMap((node) => node.images)));
    const head = JSON.stringify({ stock, namespace, method, counts, images });
    yield `${index === 0 ? "" : ","}\n${head.slice(0, -1)},"nodes":[`;
    for (const [place, node] of status.nodes.entries()) {
      yield `${place === 0 ? "" : ","}\n${JSON.stringify(nodeOf(node, images))}`;
    }
    yield "\n]}";
  }
  yield "\n]\n}\n";
}

function countsOf({ "left-out": leftOut, ...counts }: StandingCounts): Record<string, number> {
  return { ...counts, leftOut };
}

function nodeOf(node: NodeStatus, images: readonly string[]): Record<string, unknown> {
  return {
    node: node.name,
    state: node.state,
    leftOut: node.leftOut ?? null,
    counts: countsOf(countStandings(node.images)),
    images: node.images.map((image, index) => ({
      image: images[index] ?? null,
      state: image.state,
      class: image.class ?? null,
      message: image.message ?? null,
      advice: image.advice ?? null,
    })),
  };
}
