/**
 * Image references as the kubelet and containerd read them (github.com/distribution/reference v0.6.0: reference.go,
 * normalize.go, regexp.go; github.com/opencontainers/go-digest).
 *
 * One image has many spellings: `busybox`, `library/busybox:latest` and `index.docker.io/library/busybox` are the same for
 * the runtime, but the kubelet files its pull records under the spelling as written from 1.36 on. So a reference keeps
 * both: `written` for the kubelet and people, `normalized` for asking "is this the same image?".
 */
import { fail, ok, type Result } from "../result.ts";

export interface ImageReference {
  /** The text exactly as somebody wrote it. */
  readonly written: string;
  /** Host of the registry, with its port: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Path inside the registry: `library/busybox`. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…`; where tag and digest are both given, the digest decides what is pulled. */
  readonly digest?: string;
}

const TAG_DEFAULT = "latest";
const PATH_LENGTH_MAX = 255;

const separator = "(?:[._]|__|-+)";
const pathComponent = `[a-z0-9]+(?:${separator}[a-z0-9]+)*`;
const hostLabel = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const host = `(?:${hostLabel}(?:\\.${hostLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tagText = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digestText = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

const referencePattern = new RegExp(
  `^(?<host>${host})/(?<path>${pathComponent}(?:/${pathComponent})*)(?::(?<tag>${tagText}))?(?:@(?<digest>${digestText}))?$`,
);
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const imageIdPattern = /^[0-9a-f]{64}$/;

/**
 * Reads one image reference.
 * @returns the reference, or why the text cannot be one, as a clause that follows the quoted text ("has …", "is …")
 */
export function parseImageReference(written: string): Result<ImageReference, string> {
  if (imageIdPattern.test(written))
    return fail("is 64 hexadecimal digits, which runtimes read as an image ID, not as a name");
  const { registry, remainder } = splitRegistry(written);
  const repository = remainder.split(":", 1)[0] ?? "";
  if (repository.toLowerCase() !== repository) return fail("has upper-case letters in its repository");
  const match = referencePattern.exec(`${registry}/${remainder}`);
  const path = match?.groups?.["path"];
  if (!match?.groups || path === undefined) return fail(whyNotAReference(written));
  if (path.length > PATH_LENGTH_MAX)
    return fail(`has a repository of ${path.length} characters, and ${PATH_LENGTH_MAX} are allowed`);
  const { tag, digest } = match.groups;
  if (digest !== undefined && !digestPattern.test(digest)) {
    return fail(
      "has a digest that is not sha256, sha384 or sha512 with the right number of lower-case hexadecimal digits",
    );
  }
  return ok({ written, registry, path, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) });
}

/** Registry and path, which is what credentials are looked up with: `docker.io/library/busybox`. */
export function repositoryOf(reference: ImageReference): string {
  return `${reference.registry}/${reference.path}`;
}

/** One text per image, whatever its spelling; where a digest is given the tag does not count (containerd, ParseDockerRef). */
export function normalizedImage(reference: ImageReference): string {
  if (reference.digest !== undefined) return `${repositoryOf(reference)}@${reference.digest}`;
  return `${repositoryOf(reference)}:${reference.tag ?? TAG_DEFAULT}`;
}

/** What the kubelet sends to the runtime: the text as written, with `:latest` where there is neither tag nor digest (kubelet-images, applyDefaultImageTag). */
export function imageForRuntime(reference: ImageReference): string {
  const complete = reference.tag !== undefined || reference.digest !== undefined;
  return complete ? reference.written : `${reference.written}:${TAG_DEFAULT}`;
}

/** The first path component is a registry only if it looks like a host (normalize.go, splitDockerDomain). */
function splitRegistry(written: string): { registry: string; remainder: string } {
  const slash = written.indexOf("/");
  if (slash === -1) return { registry: "docker.io", remainder: `library/${written}` };
  const first = written.slice(0, slash);
  const rest = written.slice(slash + 1);
  const isDockerHub = first === "docker.io" || first === "index.docker.io";
  if (isDockerHub) return { registry: "docker.io", remainder: rest.includes("/") ? rest : `library/${rest}` };
  const isHost = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  return isHost ? { registry: first, remainder: rest } : { registry: "docker.io", remainder: written };
}

function whyNotAReference(written: string): string {
  if (written === "") return "is empty";
  if (/\s/.test(written)) return "has white space in it";
  if (/^[a-z]+:\/\//i.test(written)) return "starts with a URL scheme, which image references do not have";
  if (written.endsWith(":")) return "ends in a colon without a tag";
  if (written.endsWith("@")) return "ends in @ without a digest";
  return "is not an image reference ([registry[:port]/]repository[:tag][@digest])";
}
