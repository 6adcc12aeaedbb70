/**
 * Warnings of the API server in an answer's headers: `299 - "text"`, several of them joined by commas (RFC 7234 5.5;
 * k8s.io/apimachinery, pkg/util/net: ParseWarningHeaders).
 */
export function parseWarnings(header: string | undefined): string[] {
  return Array.from((header ?? "").matchAll(/(?:^|,)\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g), ([, text = ""]) =>
    text.replaceAll(/\\(.)/g, "$1"),
  );
}
