import { createHash } from "node:crypto";
import { type DnsLabel, parseDnsLabel } from "../cluster/names.ts";

const LENGTH_MAX = 63;
/** Of a hash over all parts: enough that the few objects of one namespace never share a name. */
const DIGITS = 8;

/**
 * Name of an object of a Stock. The readable part may be cut, and `a-b` with `c` reads as `a` with `b-c`; so a hash of the parts, as they
 * were, makes it unique.
 * @param parts DNS labels, the Stock's name first
 */
export function objectName(...parts: readonly string[]): DnsLabel {
  const digits = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, DIGITS);
  const shown = parts.join("-").replaceAll(/[^a-z0-9-]/g, "-");
  const cut = shown.slice(0, LENGTH_MAX - DIGITS - 1).replace(/-+$/, "");
  const name = parseDnsLabel(`${cut}-${digits}`);
  if (!name.ok) throw new Error(`the name of an object, ${cut}-${digits}, ${name.error}`);
  return name.value;
}
