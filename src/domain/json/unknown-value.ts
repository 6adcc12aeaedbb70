/**
 * Reading values that somebody else made, such as objects of a cluster's API, leniently: what is absent or of another type is as good
 * as absent, since a newer or older server must not stop Larder. Names that an object inherits (`constructor`) are not fields of it.
 */

/** What stands at the end of the path: names of fields, positions in lists. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof step === "number") at = Array.isArray(at) ? at[step] : undefined;
    else at = isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** Whole numbers that are exact, as those of the API are. */
export function integerAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "number" && Number.isSafeInteger(found) ? found : undefined;
}

export function flagAt(value: unknown, ...path: readonly (string | number)[]): boolean | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "boolean" ? found : undefined;
}

/** Empty where there is no list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The members of a list that are text. */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === "string");
}

/** The entries of an object whose values are text, such as labels. */
export function textMapAt(value: unknown, ...path: readonly (string | number)[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  const found = valueAt(value, ...path);
  if (!isRecord(found)) return map;
  for (const [key, text] of Object.entries(found)) if (typeof text === "string") map.set(key, text);
  return map;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
