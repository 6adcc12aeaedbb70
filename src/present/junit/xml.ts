import { withVisibleControls } from "../wording/visible-controls.ts";

/** Text between tags. A carriage return would be read as a line feed if it were not written as a reference (XML 1.0, 2.11). */
export function xmlText(text: string): string {
  return withVisibleControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

/** ` name="value"` for each that is there. White space other than blanks would be read as blanks if it were not written as references (3.3.3). */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${xmlAttribute(String(value))}"`))
    .join("");
}

function xmlAttribute(value: string): string {
  return xmlText(value).replaceAll('"', "&quot;").replaceAll("\t", "&#9;").replaceAll("\n", "&#10;");
}
