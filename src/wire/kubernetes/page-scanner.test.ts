import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PageScanner } from "./page-scanner.ts";

function scan(json: string, pieceBytes: number): { readonly items: readonly unknown[]; readonly rest: string } {
  const scanner = new PageScanner();
  const bytes = Buffer.from(json);
  const items: unknown[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const text of scanner.take(bytes.subarray(at, at + pieceBytes))) items.push(JSON.parse(text));
  }
  return { items, rest: scanner.rest };
}

const anyObject = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" }));

describe("PageScanner", () => {
  it("gives every item of every list, however it is cut, spaced and ordered, and leaves a list without any", () => {
    fc.assert(
      fc.property(
        fc.array(anyObject),
        fc.record({ continue: fc.string(), remainingItemCount: fc.nat() }),
        fc.boolean(),
        fc.constantFrom(undefined, 1, "\t"),
        fc.integer({ min: 1, max: 200 }),
        (items, metadata, isFirst, space, pieceBytes) => {
          const list = isFirst ? { items, metadata, kind: "PodList" } : { kind: "PodList", metadata, items };
          const scanned = scan(JSON.stringify(list, undefined, space), pieceBytes);
          expect(scanned.items).toEqual(JSON.parse(JSON.stringify(items)));
          expect(JSON.parse(scanned.rest)).toMatchObject({ kind: "PodList", items: [] });
        },
      ),
    );
  });

  it("takes only the list's own items for some", () => {
    const inner = { items: [{ items: [{ a: 1 }] }], "items ": [{ b: 2 }] };
    const { items, rest } = scan(JSON.stringify({ metadata: inner, text: '"items":[{', items: [inner] }), 7);
    expect(items).toEqual([inner]);
    expect(JSON.parse(rest)).toEqual({ metadata: inner, text: '"items":[{', items: [] });
  });

  it("empties managedFields, and nothing that is called so further in", () => {
    const book = [{ manager: "larder", fieldsV1: { "f:spec": { "[]}": {} } } }, [[]], "]"];
    const item = (managedFields: readonly unknown[]) => ({
      metadata: { name: "n", managedFields, labels: { managedFields: "a" } },
      spec: { list: [{ managedFields: book }], text: '"managedFields":[' },
    });
    const json = JSON.stringify({ metadata: {}, items: [item(book), item([]), item(book)] });
    expect(scan(json, json.length).items).toEqual([item([]), item([]), item([])]);
    for (let pieceBytes = 1; pieceBytes < json.length; pieceBytes++) {
      const { items, rest } = scan(json, pieceBytes);
      expect(items).toHaveLength(3);
      expect(items).toMatchObject([
        { spec: item([]).spec },
        item([]),
        { metadata: { labels: item([]).metadata.labels } },
      ]);
      expect(JSON.parse(rest)).toEqual({ metadata: {}, items: [] });
    }
  });

  it.each(['{"items":null,"metadata":{}}', '{"items":[null],"metadata":{}}', "<html>{[</html>", '{"items":[{"a":', ""])(
    "leaves what has no items as it is, and what is cut incomplete: %s",
    (text) => {
      expect(scan(text, 3).items).toEqual([]);
      expect(text.startsWith(scan(text, 3).rest)).toBe(true);
    },
  );
});
