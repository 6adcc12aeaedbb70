import type { SecretText } from "../credentials/secret-text.ts";
export function redactText(text: string, secrets: readonly SecretText[]): string {
  return secrets.reduce((t, s) => t.replaceAll(s.reveal(), "***"), text);
}
