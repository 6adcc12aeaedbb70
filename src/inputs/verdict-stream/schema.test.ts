import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { arbitraryVerdictLines } from "../../../test/kit/arbitrary-verdicts.ts";
import { expectFresh } from "../../../test/kit/golden.ts";
import { tellVerdicts, verdictRun } from "../../../test/kit/sample-verdicts.ts";
import { VERDICT_LINE_KINDS, verdictLineSchema } from "./schema.ts";

/** As other programs get it: input, so that fields which this version does not know are allowed. */
const { $schema, title, description, ...rest } = z.toJSONSchema(verdictLineSchema, {
  io: "input",
  target: "draft-2020-12",
});
const published = { $schema, $id: "https://larder.dev/schema/verdict.schema.json", title, description, ...rest };

type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

describe("verdictLineSchema", () => {
  it("is what the domain calls a line of the stream", () => {
    expectTypeOf<Plain<z.infer<typeof verdictLineSchema>>>().toEqualTypeOf<Plain<VerdictLine>>();
  });

  it("is published as schema/verdict.schema.json", () => {
    expectFresh("schema/verdict.schema.json", `${JSON.stringify(published, null, 2)}\n`);
  });
});

describe("schema/verdict.schema.json", () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajvFormats(ajv);
  const validate = ajv.compile(published);
  const errorsOf = (value: unknown): unknown => (validate(value) ? null : validate.errors);

  it("takes a sample of every kind of line", () => {
    const lines = tellVerdicts(verdictRun);
    for (const line of lines) expect(errorsOf(line)).toBeNull();
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(VERDICT_LINE_KINDS);
  });

  it("takes any line, and what a newer version adds to it", () => {
    fc.assert(
      fc.property(arbitraryVerdictLines, (lines) => {
        for (const line of lines) expect(errorsOf({ ...line, added: { later: true } })).toBeNull();
      }),
    );
  });

  it("refuses each line that lacks a field, as the reader does", () => {
    const optional = new Set(["cause", "class"]);
    for (const line of tellVerdicts(verdictRun)) {
      for (const key of Object.keys(line)) {
        if (optional.has(key)) continue;
        const { [key]: _left, ...less } = { ...line } as Record<string, unknown>;
        expect(validate(less), `${line.kind} without ${key}`).toBe(false);
        expect(verdictLineSchema.safeParse(less).success).toBe(false);
      }
    }
  });
});
