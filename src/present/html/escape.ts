import { withVisibleControls } from "../wording/visible-controls.ts";

/** Text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return withVisibleControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
