import { createHash } from "node:crypto";
import { isStrayByte } from "./byte-text.ts";
import type { Credential } from "./credential.ts";

/**
 * The kubelet's name for a credential in its pull records: lower-case hex SHA-256 of the compact JSON of its non-empty fields,
 * written as Go writes it (pkg/credentialprovider/keyring.go hashAuthConfig; encoding/json with HTML escaping).
 */
export function credentialHash(credential: Credential): string {
  const fields: [string, string][] = [
    ["username", credential.username],
    ["password", credential.password.reveal()],
    ["email", credential.email],
  ];
  const json = fields.filter(([, value]) => value !== "").map(([name, value]) => `"${name}":${goJsonString(value)}`);
  return createHash("sha256")
    .update(`{${json.join(",")}}`)
    .digest("hex");
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function goJsonString(text: string): string {
  return `"${Array.from(text, goJsonCharacter).join("")}"`;
}

function goJsonCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (isStrayByte(codePoint)) return "\\ufffd";
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const isEscaped = codePoint < 0x20 || "<>&\u2028\u2029".includes(character);
  return isEscaped ? `\\u${codePoint.toString(16).padStart(4, "0")}` : character;
}
