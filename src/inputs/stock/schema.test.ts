import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { STOCK_DEFAULTS } from "#domain/stock/stock.ts";
import { expectFresh } from "../../../test/kit/golden.ts";
import { stockSchema } from "./schema.ts";

/** As editors get it: input, so that what has a default may be left out; draft 7, since that is what their YAML extensions know best. */
const { $schema, title, description, ...rest } = z.toJSONSchema(stockSchema, {
  io: "input",
  target: "draft-7",
  // Zod leaves out the examples of what is turned into something else; but ours are of what people write.
  override: ({ zodSchema, jsonSchema }) => {
    const examples = z.globalRegistry.get(zodSchema)?.["examples"];
    if (Array.isArray(examples)) jsonSchema.examples = examples;
  },
});
const published = { $schema, $id: "https://larder.dev/schema/stock.schema.json", title, description, ...rest };

const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(published);
const minimal = { apiVersion: "larder.dev/v1alpha1", kind: "Stock", metadata: { name: "qa" }, spec: {} };
const withSpec = (spec: object): object => ({ ...minimal, spec });

it("is published as schema/stock.schema.json", () => {
  expectFresh("schema/stock.schema.json", `${JSON.stringify(published, null, 2)}\n`);
});

describe("schema/stock.schema.json", () => {
  it("describes every field", () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === "properties")
          for (const [name, field] of Object.entries(value as object)) {
            const { title: heading, description: text, anyOf } = field as Record<string, unknown>;
            if (heading === undefined && text === undefined && anyOf === undefined) undescribed.push(`${path}.${name}`);
            walk(field, `${path}.${name}`);
          }
        else walk(value, path);
      }
    };
    walk(published, "");
    expect(undescribed).toEqual([]);
  });

  it.each(readdirSync("examples").filter((file) => file.endsWith(".yaml")))("takes examples/%s", (file) => {
    for (const document of parseAllDocuments(readFileSync(`examples/${file}`, "utf8"))) {
      expect(validate(document.toJS()) ? null : validate.errors).toBeNull();
    }
  });

  it("gives the defaults of the domain, and takes them", () => {
    const properties = (schema: object, name: string): object =>
      (schema as { properties: Record<string, object> }).properties[name] ?? {};
    const spec = properties(published, "spec");
    const { namespace, method, shelfSize, spread, timeout, grace, os } = STOCK_DEFAULTS;
    expect(properties(properties(published, "metadata"), "namespace")).toMatchObject({ default: namespace });
    expect(properties(spec, "method")).toMatchObject({ default: method });
    expect(properties(spec, "timeout")).toMatchObject({ default: timeout });
    expect(properties(spec, "grace")).toMatchObject({ default: grace });
    expect(properties(properties(spec, "pacing"), "shelfSize")).toMatchObject({ default: shelfSize });
    expect(properties(properties(spec, "pacing"), "spread")).toMatchObject({ default: spread });
    expect(properties(properties(spec, "nodes"), "os")).toMatchObject({ default: os });
    expect(validate(withSpec({ method, timeout, grace, nodes: { os }, pacing: { shelfSize, spread } }))).toBe(true);
  });

  it.each([
    ["an unknown field", withSpec({ image: [] })],
    ["an unknown method", withSpec({ method: "docker" })],
    ["no name", { ...minimal, metadata: {} }],
    ["a name in upper case", { ...minimal, metadata: { name: "QA" } }],
    ["another version", { ...minimal, apiVersion: "larder.dev/v1" }],
    ["a number as image", withSpec({ images: [5] })],
    ["an image without ref", withSpec({ images: [{ secrets: ["a/b"] }] })],
    ["a secret without namespace", withSpec({ pullSecrets: ["quay"] })],
    ["a duration without unit", withSpec({ timeout: "20" })],
    ["no time at all", withSpec({ timeout: "0" })],
    ["an empty shelf", withSpec({ pacing: { shelfSize: 0 } })],
    ["a foreign architecture", withSpec({ nodes: { arch: "x86_64" } })],
    ["Windows", withSpec({ nodes: { os: "windows" } })],
  ])("refuses %s, as the reader does", (_, document) => {
    expect(validate(document)).toBe(false);
    expect(stockSchema.safeParse(document).success).toBe(false);
  });
});
