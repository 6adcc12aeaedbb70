import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDuplicateKeys } from "./duplicate-keys.ts";

describe("keys that stand twice", () => {
  it.each([
    ['{"a":1,"b":{"a":2}}', []],
    ['{"a":1,"a":2}', [{ path: ["a"], offset: 7 }]],
    ['{"a":1,"\\u0061":2}', [{ path: ["a"], offset: 7 }]],
    ['[{"x":[1,{"k":"k","k":[]}]},{"k":0}]', [{ path: [0, "x", 1, "k"], offset: 18 }]],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","__proto__":1,"__proto__":2}', [{ path: ["__proto__"], offset: 39 }]],
  ])("%s", (json, found) => {
    expect(findDuplicateKeys(json)).toEqual(found);
  });

  it("are in no text that JSON.stringify makes, and are found where one is put in", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
        const json = JSON.stringify(object);
        expect(findDuplicateKeys(json)).toEqual([]);
        const [first = ""] = Object.keys(object);
        const twice = `${json.slice(0, -1)},${JSON.stringify(first)}:null}`;
        expect(findDuplicateKeys(twice)).toEqual([{ path: [first], offset: json.length }]);
      }),
    );
  });
});
