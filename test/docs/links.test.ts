import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import { documents } from "../kit/documents.ts";

interface Link {
  readonly from: string;
  readonly line: number;
  readonly to: string;
}

/** Without code, in which brackets are no links and `#` is no heading; lines stay where they are. */
function withoutCode(text: string): string {
  const blocks = text.replaceAll(/^(```+).*?^\1/gms, (block) => block.replaceAll(/[^\n]/g, " "));
  return blocks.replaceAll(/`[^`\n]+`/g, (code) => "x".repeat(code.length));
}

function linksOf(from: string, text: string): readonly Link[] {
  return withoutCode(text)
    .split("\n")
    .flatMap((line, index) =>
      Array.from(line.matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => ({ from, line: index + 1, to })),
    );
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces, numbered where they repeat. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const blocks = text.replaceAll(/^(```+).*?^\1/gms, "");
  const headings = Array.from(blocks.matchAll(/^#{1,6} (.+)$/gm), ([, heading = ""]) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(headings);
}

/** @returns what is wrong with a link, or undefined */
function whyBroken({ from, to }: Link): string | undefined {
  if (/^[a-z]+:/.test(to)) return undefined;
  const [path = "", anchor] = to.split("#");
  const target = path === "" ? from : normalize(join(dirname(from), path));
  if (!existsSync(target)) return "there is no such file";
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchorsOf(readFileSync(target, "utf8")).has(anchor) ? undefined : "there is no such heading";
}

it("every link between documents leads somewhere", () => {
  const links = [...documents()].flatMap(([from, text]) => linksOf(from, text));
  expect(links.length).toBeGreaterThan(10);
  const broken = links.flatMap((link) => {
    const why = whyBroken(link);
    return why === undefined ? [] : [`${link.from}:${link.line}: ${link.to}: ${why}`];
  });
  expect(broken).toEqual([]);
});

it("finds a link to a file or a heading that is not there", () => {
  const text = "# A `b` (c)\n\n[one](no.md) [two](#a-b-c) `[three](no.md)`\n\n```sh\n# [four](no.md)\n```\n";
  expect(linksOf("README.md", text).map(({ to }) => to)).toEqual(["no.md", "#a-b-c"]);
  expect([...anchorsOf(text)]).toEqual(["a-b-c"]);
  expect(whyBroken({ from: "README.md", line: 1, to: "no.md" })).toBe("there is no such file");
  expect(whyBroken({ from: "README.md", line: 1, to: "docs/stock.md#no" })).toBe("there is no such heading");
});
