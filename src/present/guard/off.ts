import { formatCount } from "../wording/count.ts";

export function guardOffText(name: string, { objects }: { readonly objects: number }): string {
  if (objects === 0) return `There is no guard of a Stock ${name}.\n`;
  return `The guard of Stock ${name} is gone (${formatCount(objects, "object")}).\n`;
}

export function guardOffJson(name: string, { objects }: { readonly objects: number }): string {
  return `${JSON.stringify({ guard: name, objects })}\n`;
}
