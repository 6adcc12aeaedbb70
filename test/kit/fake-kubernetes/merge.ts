/** How the API server changes objects, as far as Larder uses it: maps are merged, everything else is replaced. */
type Json = Record<string, unknown>;

/** JSON merge patch (RFC 7386). */
export function mergePatch(target: Json, patch: Json): Json {
  const merged = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isMap(value)) merged[key] = mergePatch(isMap(merged[key]) ? merged[key] : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** Server-side apply by one manager: what it applied before and does not apply now goes away. */
export function mergeApplied(target: Json, applied: Json, before: Json): Json {
  const merged = { ...target };
  for (const [key, old] of Object.entries(before)) {
    if (key in applied) continue;
    const rest = isMap(old) && isMap(merged[key]) ? mergeApplied(merged[key], {}, old) : undefined;
    if (rest === undefined || Object.keys(rest).length === 0) delete merged[key];
    else merged[key] = rest;
  }
  for (const [key, value] of Object.entries(applied)) {
    if (isMap(value)) {
      const old = isMap(before[key]) ? before[key] : {};
      merged[key] = mergeApplied(isMap(merged[key]) ? merged[key] : {}, value, old);
    } else merged[key] = value;
  }
  return merged;
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
