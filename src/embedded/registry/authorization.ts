/** The Authorization header of a request (RFC 7617, RFC 6750). */
import { SecretText } from "#domain/credentials/secret-text.ts";

export type Authorization =
  | { readonly scheme: "none" }
  | { readonly scheme: "basic"; readonly username: string; readonly password: SecretText }
  | { readonly scheme: "bearer"; readonly token: SecretText }
  | { readonly scheme: "unreadable" };

export function readAuthorization(header: string | undefined): Authorization {
  if (header === undefined) return { scheme: "none" };
  const [scheme = "", value = ""] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === "bearer" && value !== "") return { scheme: "bearer", token: new SecretText(value) };
  if (scheme.toLowerCase() !== "basic") return { scheme: "unreadable" };
  const decoded = Buffer.from(value, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon === -1) return { scheme: "unreadable" };
  return {
    scheme: "basic",
    username: decoded.slice(0, colon),
    password: new SecretText(decoded.slice(colon + 1)),
  };
}
