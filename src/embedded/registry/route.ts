/** The paths of the distribution API (OCI distribution-spec 1.1, "Endpoints"). */

export type Route =
  | { readonly part: "ping" }
  | { readonly part: "token" }
  | { readonly part: "tags"; readonly repository: string }
  /** `reference` is a tag or a digest. */
  | { readonly part: "manifest"; readonly repository: string; readonly reference: string }
  | { readonly part: "blob"; readonly repository: string; readonly reference: string }
  /** Without `upload`: the place where uploads are started. */
  | { readonly part: "upload"; readonly repository: string; readonly upload?: string }
  | { readonly part: "bad-name" }
  | { readonly part: "elsewhere" };

export type RoutePart = Route["part"];

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const nameLengthMax = 255;

export const TOKEN_PATH = "/token";

/** @param path the path of the URL, still percent-encoded, without query */
export function routeOf(path: string): Route {
  const decoded = decode(path);
  if (decoded === "/v2" || decoded === "/v2/") return { part: "ping" };
  if (decoded === TOKEN_PATH) return { part: "token" };
  const match = /^\/v2\/(?<repository>.+?)\/(?<rest>tags\/list|manifests\/[^/]+|blobs\/.+)$/.exec(decoded);
  const { repository, rest } = match?.groups ?? {};
  if (repository === undefined || rest === undefined) return { part: "elsewhere" };
  if (!namePattern.test(repository) || repository.length > nameLengthMax) return { part: "bad-name" };
  return routeInRepository(repository, rest);
}

function routeInRepository(repository: string, rest: string): Route {
  if (rest === "tags/list") return { part: "tags", repository };
  if (rest.startsWith("manifests/")) return { part: "manifest", repository, reference: rest.slice(10) };
  const blob = rest.slice("blobs/".length);
  if (!blob.startsWith("uploads/")) {
    return blob.includes("/") ? { part: "elsewhere" } : { part: "blob", repository, reference: blob };
  }
  const upload = blob.slice("uploads/".length);
  return upload === "" ? { part: "upload", repository } : { part: "upload", repository, upload };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
