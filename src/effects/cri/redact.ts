import type { Credential } from "#domain/credentials/credential.ts";

/** A runtime passes on what a registry says, and a registry may repeat what it was sent. */
export function withoutSecrets(text: string, credential: Credential): string {
  const password = credential.password.reveal();
  if (password === "") return text;
  const basic = Buffer.from(`${credential.username}:${password}`).toString("base64");
  return [basic, encodeURIComponent(password), password].reduce(
    (clean, secret) => clean.replaceAll(secret, "***"),
    text,
  );
}
