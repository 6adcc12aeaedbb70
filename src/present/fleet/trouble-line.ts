import type { Trouble } from "#domain/run/trouble.ts";
import { adviceOf, wordsOf } from "../groups/group-text.ts";
import type { Line } from "../text/line.ts";
import { printable } from "../wording/printable.ts";

/**
 * The line for a trouble whose count has just grown: in full for the first node, then only when the number of nodes
 * reaches the next power of ten. Undefined: it is not worth a line now.
 */
export function lineOfTrouble(trouble: Trouble): Line | undefined {
  if (trouble.nodes.size === 1) return firstLine(trouble);
  if (!isPowerOfTen(trouble.nodes.size)) return undefined;
  const { kind, image, cause, nodes } = trouble;
  const on = `on ${nodes.size} nodes so far`;
  switch (kind) {
    case "failed":
    case "passing":
      return { word: words[kind], text: `${printable(image ?? "")} ${on} (${printable(cause)})` };
    case "warning":
      return { word: "warning", text: `${on}, first: ${said(trouble)} [${printable(cause)}]` };
    case "waiting":
      return { word: "waiting", text: `no container runtime answers ${on}` };
  }
}

const words = { failed: "failed", passing: "tried" } as const;

function firstLine(trouble: Trouble): Line {
  const { kind, image, cause } = trouble;
  const node = printable(trouble.node ?? "the cluster");
  switch (kind) {
    case "failed":
    case "passing": {
      const why = `${printable(image ?? "")} on ${node} (${printable(cause)})${wordsOf(trouble)}`;
      return { word: words[kind], text: `${why}${adviceOf(trouble)}` };
    }
    case "warning":
      return { word: "warning", text: `${whose(trouble)}${said(trouble)} [${printable(cause)}]` };
    case "waiting":
      return { word: "waiting", text: `no container runtime answers on ${node}: ${said(trouble)}` };
  }
}

/** Words that name their node already need no other name before them. */
function whose({ node, message }: Trouble): string {
  return node === null || message?.includes(node) === true ? "" : `${printable(node)}: `;
}

function said({ message }: Trouble): string {
  return printable(message ?? "");
}

function isPowerOfTen(count: number): boolean {
  return /^10*$/.test(String(count));
}
