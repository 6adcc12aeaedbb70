import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { LarderEvent } from "#domain/run/event.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { expectFresh } from "../../../test/kit/golden.ts";
import { sampleLeft, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { EVENT_KINDS, eventSchema } from "./schema.ts";

/** As other programs get it: input, so that fields which this version does not know are allowed. */
const { $schema, title, description, ...rest } = z.toJSONSchema(eventSchema, { io: "input", target: "draft-2020-12" });
const published = { $schema, $id: "https://larder.dev/schema/event.schema.json", title, description, ...rest };

type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

describe("eventSchema", () => {
  it("is what the domain calls an event", () => {
    expectTypeOf<Plain<z.infer<typeof eventSchema>>>().toEqualTypeOf<Plain<LarderEvent>>();
  });

  it("is published as schema/event.schema.json", () => {
    expectFresh("schema/event.schema.json", `${JSON.stringify(published, null, 2)}\n`);
  });
});

describe("schema/event.schema.json", () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajvFormats(ajv);
  const validate = ajv.compile(published);
  const errorsOf = (value: unknown): unknown => (validate(value) ? null : validate.errors);

  it("takes a sample of every kind of event", () => {
    const events = [...tell(sampleRun), ...tell(sampleLeft)];
    for (const event of events) expect(errorsOf(event)).toBeNull();
    expect(new Set(events.map(({ kind }) => kind))).toEqual(EVENT_KINDS);
  });

  it("takes any event, and what a newer version adds to it", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        for (const event of events) expect(errorsOf({ ...event, added: { later: true } })).toBeNull();
      }),
    );
  });

  it("refuses each event that lacks a field, as the reader does", () => {
    const optional = new Set(["class", "message", "advice"]);
    for (const event of [...tell(sampleRun), ...tell(sampleLeft)]) {
      for (const key of Object.keys(event)) {
        if (event.kind === "image-finished" && optional.has(key)) continue;
        const { [key]: _left, ...less } = { ...event } as Record<string, unknown>;
        expect(validate(less), `${event.kind} without ${key}`).toBe(false);
        expect(eventSchema.safeParse(less).success).toBe(false);
      }
    }
  });
});
