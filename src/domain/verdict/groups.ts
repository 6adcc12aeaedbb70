import type { Verdict, VerdictWord } from "./verdict.ts";

/** What a person should look at. */
export type Trouble = Exclude<VerdictWord, "served"> | "unprotected";

/** The same trouble for the same reason: every image of the group has it on every node of the group. */
export interface TroubleGroup {
  readonly trouble: Trouble;
  readonly reason: string;
  readonly images: readonly ImageWithSecret[];
  readonly nodes: readonly string[];
  /** The kubelet's words where there is one image; those of several name each their own. */
  readonly kubelet: string | null;
}

export interface ImageWithSecret {
  readonly image: string;
  readonly secret: string | null;
}

const troubles: readonly Trouble[] = ["refused", "absent", "unknown", "unprotected"];

/**
 * All that is not served, and all that is unprotected, in as few groups as say everything: a node that is away is one group,
 * however many images it lacks, and an image that is refused everywhere is one, however many nodes there are.
 */
export function troubleGroups(verdicts: readonly Verdict[]): readonly TroubleGroup[] {
  const byReason = new Map<string, Reasoned>();
  const put = (trouble: Trouble, reason: string, verdict: Verdict): void => {
    const key = `${trouble}\n${reason}`;
    const group = byReason.get(key) ?? { trouble, reason, rows: new Map<string, Row>() };
    byReason.set(key, group);
    addNode(group.rows, verdict);
  };
  for (const verdict of verdicts) {
    if (verdict.verdict !== "served") put(verdict.verdict, verdict.reason, verdict);
    if (verdict.protection === "unprotected") put("unprotected", "a pod without the secret gets it, too", verdict);
  }
  const groups = [...byReason.values()].flatMap(({ trouble, reason, rows }) =>
    joinRows(rows).map((group) => ({ trouble, reason, ...group })),
  );
  return groups.sort((a, b) => troubles.indexOf(a.trouble) - troubles.indexOf(b.trouble));
}

interface Reasoned extends Pick<TroubleGroup, "trouble" | "reason"> {
  readonly rows: Map<string, Row>;
}

/** An image with its nodes. */
interface Row extends ImageWithSecret {
  readonly nodes: string[];
  readonly kubelet: string | null;
}

function addNode(rows: Map<string, Row>, { node, image, secret, kubelet }: Verdict): void {
  const key = JSON.stringify([image, secret]);
  const row = rows.get(key);
  if (row) row.nodes.push(node);
  else rows.set(key, { image, secret, nodes: [node], kubelet });
}

/** Images with the same nodes stand together. */
function joinRows(rows: ReadonlyMap<string, Row>): readonly Pick<TroubleGroup, "images" | "nodes" | "kubelet">[] {
  const byNodes = new Map<string, Row[]>();
  for (const row of rows.values()) {
    const key = row.nodes.toSorted().join("\n");
    byNodes.set(key, [...(byNodes.get(key) ?? []), row]);
  }
  return Array.from(byNodes.values(), (same) => ({
    images: same.map(({ image, secret }) => ({ image, secret })),
    nodes: same[0]?.nodes ?? [],
    kubelet: same.length === 1 ? (same[0]?.kubelet ?? null) : null,
  }));
}
