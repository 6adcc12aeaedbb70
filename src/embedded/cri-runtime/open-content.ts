import type { IncomingMessage } from "node:http";
import { CallRefused, within } from "./failure.ts";
import { readText } from "./http-exchange.ts";
import { type Descriptor, isIndex, isManifest } from "./manifest.ts";
import type { RegistryClient } from "./registry-client.ts";

const ERROR_BODY_BYTES_MAX = 64_000;

/** Starts to read content; the answer has a status below 300. */
export async function openContent(descriptor: Descriptor, client: RegistryClient): Promise<IncomingMessage> {
  const { digest, mediaType } = descriptor;
  const kind = isManifest(descriptor) || isIndex(descriptor) ? "manifests" : "blobs";
  return within("failed to copy: httpReadSeeker: failed open", async () => {
    const answer = await client.request("GET", kind, digest, { Accept: `${mediaType}, */*` });
    const status = answer.statusCode ?? 0;
    if (status === 404) {
      answer.resume();
      throw notFound(descriptor, client.urlOf(kind, digest), kind);
    }
    if (status > 299) throw await refusedWith(answer, client.urlOf(kind, digest));
    return answer;
  });
}

function notFound(descriptor: Descriptor, url: URL, kind: string): CallRefused {
  if (kind === "manifests") return new CallRefused("NotFound", `content at ${url.href} not found: not found`);
  const { digest, mediaType } = descriptor;
  return new CallRefused(
    "NotFound",
    `could not fetch content descriptor ${digest} (${mediaType}) from remote: not found`,
  );
}

async function refusedWith(answer: IncomingMessage, url: URL): Promise<CallRefused> {
  const status = `${answer.statusCode} ${answer.statusMessage}`;
  const said = serverMessage(await readText(answer, ERROR_BODY_BYTES_MAX).catch(() => ""));
  const suffix = said === undefined ? "" : ` - Server message: ${said}`;
  return new CallRefused("Unknown", `unexpected status code ${url.href}: ${status}${suffix}`);
}

/** The first error of a registry's JSON error body (OCI distribution specification, error codes). */
function serverMessage(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== "object" || document === null || !("errors" in document)) return undefined;
    const errors: readonly unknown[] = Array.isArray(document.errors) ? document.errors : [];
    const [first] = errors;
    if (typeof first !== "object" || first === null || !("code" in first)) return undefined;
    const code = String(first.code).toLowerCase().replaceAll("_", " ");
    const message = "message" in first && typeof first.message === "string" ? first.message : "";
    return message === "" ? code : `${code}: ${message}`;
  } catch {
    return undefined;
  }
}
