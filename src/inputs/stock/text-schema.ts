/** Fields that are text for YAML and more than that for Larder. What their own parsers find comes out of the schema as an issue. */
import { z } from "zod";
import type { Result } from "#domain/result.ts";

type TextSchema<Value> = z.ZodPipe<z.ZodString, z.ZodTransform<Awaited<Value>, string>>;

/**
 * Text that a domain parser turns into a value.
 * @param parse its error is a clause that follows the quoted text
 * @param remedy what to do about it, as a clause
 */
export function textOf<Value>(
  parse: (text: string) => Result<Awaited<Value>, string>,
  remedy: string,
): TextSchema<Value> {
  return z.string().transform((text, context): Awaited<Value> => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: "custom", input: text, message: parsed.error, params: { remedy } });
    return z.NEVER;
  });
}

/** Text that is checked and stays text, so that it can be the key of a map, too. */
export function checkedText(check: (text: string) => Result<void, string>, remedy: string): z.ZodString {
  return z.string().check((context) => {
    const checked = check(context.value);
    if (checked.ok) return;
    context.issues.push({ code: "custom", input: context.value, message: checked.error, params: { remedy } });
  });
}
