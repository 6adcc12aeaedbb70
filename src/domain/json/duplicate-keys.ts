import type { JsonPath } from "./json-path.ts";

export interface DuplicateKey {
  readonly path: JsonPath;
  /** Of the second one, in characters from the start of the text. */
  readonly offset: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Container {
  /** undefined: an array. */
  readonly keys: Set<string> | undefined;
  step: string | number;
  expectsKey: boolean;
}

/**
 * Keys that stand twice in one object. `JSON.parse` takes the last one in silence, Go's strict decoder refuses them.
 * @param json must be valid JSON
 */
export function findDuplicateKeys(json: string): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const open: Container[] = [];
  for (const match of json.matchAll(token)) {
    const [text] = match;
    const inside = open.at(-1);
    if (text === "{") open.push({ keys: new Set(), step: "", expectsKey: true });
    else if (text === "[") open.push({ keys: undefined, step: 0, expectsKey: false });
    else if (text === "}" || text === "]") open.pop();
    else if (text === ",") toNext(inside);
    else if (text !== ":" && inside?.expectsKey) {
      const key: unknown = JSON.parse(text);
      inside.step = String(key);
      inside.expectsKey = false;
      if (inside.keys?.has(inside.step)) found.push({ path: open.map(({ step }) => step), offset: match.index });
      inside.keys?.add(inside.step);
    }
  }
  return found;
}

function toNext(inside: Container | undefined): void {
  if (typeof inside?.step === "number") inside.step++;
  else if (inside) inside.expectsKey = true;
}
