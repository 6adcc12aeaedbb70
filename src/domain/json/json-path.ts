/** Where a value stands in a JSON text: keys and positions from the top; empty for the whole. */
export type JsonPath = readonly (string | number)[];

/** `providers[0].env[1].name` */
export function formatJsonPath(path: JsonPath): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
