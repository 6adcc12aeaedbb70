import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ok } from "#domain/result.ts";
import { STOCK_DEFAULTS } from "#domain/stock/stock.ts";
import { readStocks } from "#inputs/stock/read-stocks.ts";
import { STOCK_FIELDS } from "#inputs/stock/schema.ts";

const page = readFileSync("docs/stock.md", "utf8");
const rows = new Map(
  Array.from(page.matchAll(/^\| `([^`]+)` \| .* \| (.*) \|$/gm), ([, field = "", rest = ""]) => [field, rest]),
);
const head = "apiVersion: larder.dev/v1alpha1\nkind: Stock\nmetadata: {name: qa}\nspec:\n  images: [a]\n";

async function stockIn(text: string) {
  const files = { read: async (path: string) => ok(Buffer.from(path.endsWith(".txt") ? "r.io/listed\n" : text)) };
  const ports = { files, readStandardInput: async () => ok(Buffer.alloc(0)) };
  return (await readStocks({ files: ["larder.yaml"], placeholders: new Map([["TAG", "1"]]) }, ports)).stocks;
}

describe("docs/stock.md", () => {
  it("has a row for every field of the schema, and for nothing else", () => {
    const fields = [...STOCK_FIELDS].flatMap(([place, names]) =>
      names.map((name) => (place ? `${place}.${name}` : name)),
    );
    const described = fields.filter((field) => !["metadata", "spec", "spec.pacing"].includes(field));
    expect([...rows.keys()].toSorted()).toEqual(described.toSorted());
  });

  it("tells the defaults that count", () => {
    const { namespace, method, shelfSize, spread, timeout, grace, os } = STOCK_DEFAULTS;
    const told = ["metadata.namespace", "spec.method", "spec.pacing.shelfSize", "spec.pacing.spread", "spec.timeout"];
    expect([...told, "spec.grace", "spec.nodes.os"].map((field) => rows.get(field))).toEqual(
      [namespace, method, shelfSize, spread, timeout, grace, os].map((value) => `\`${value}\``),
    );
  });

  it("has examples that can be read", async () => {
    const blocks = Array.from(page.matchAll(/^```yaml\n(.*?)^```$/gms), ([, text = ""]) => text);
    expect(blocks).toHaveLength(3);
    const [whole = "", ...selectors] = blocks;
    const [stock] = await stockIn(whole);
    expect(stock?.images.map(({ reference }) => reference.written)).toEqual([
      "quay.io/acme/app:1",
      "quay.io/acme/db:15",
      "r.io/listed",
    ]);
    for (const block of selectors) {
      const [selected] = await stockIn(`${head}  nodes: ${JSON.stringify(parse(block))}\n`);
      expect(selected?.nodes.requirements.length).toBeGreaterThan(1);
    }
    expect(await stockIn(head.replace("[a]", '["quay.io/acme/app:${TAG}"]'))).toHaveLength(1);
  });
});
