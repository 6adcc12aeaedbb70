/**
 * Messages that join several errors, taken apart. Each shape says how its members relate, since that decides what the whole means.
 */

export interface JoinedErrors {
  /** At least one. In `fallback` the first is the one that the runtime itself reports. */
  readonly members: readonly string[];
  /** `attempts`: each stands for itself (one per credential or registry). `fallback`: the later ones only happened on the way. */
  readonly relation: "attempts" | "fallback";
}

/** CRI-O 1.35 internal/storage/image.go: the image was tried, then the same name as an artifact. */
const ARTIFACT_ERROR = "; artifact err: ";
/** containers-image docker/docker_image_src.go: mirrors first, the registry itself last. */
const MIRRORS_FAILED = "(Mirrors also failed: [";
const MIRRORS_END = "]): ";
/** kubelet image_manager.go, aggregated with k8s.io/apimachinery util/errors: one error per credential. */
const aggregate =
  /\[(?=rpc error: code = |failed to pull (?:and unpack )?image |unable to pull image |Error response from daemon: )/;
const nextInAggregate =
  /, (?=rpc error: code = |failed to pull (?:and unpack )?image |unable to pull image |Error response from daemon: )/;
/** hashicorp/go-multierror, as containers-image joins unqualified-search registries: one bullet per registry. */
const bullets = /errors? occurred(?: while pulling)?:\s*\n/;
const nextBullet = /\n\s{0,8}\* /;

export function takeApart(message: string): JoinedErrors {
  const artifact = message.indexOf(ARTIFACT_ERROR);
  if (artifact >= 0) {
    return {
      relation: "fallback",
      members: [message.slice(0, artifact), message.slice(artifact + ARTIFACT_ERROR.length)],
    };
  }
  const mirrors = message.indexOf(MIRRORS_FAILED);
  const mirrorsEnd = message.lastIndexOf(MIRRORS_END);
  if (mirrors >= 0 && mirrorsEnd > mirrors) {
    const primary = message.slice(0, mirrors) + message.slice(mirrorsEnd + MIRRORS_END.length);
    return { relation: "fallback", members: [primary, message.slice(mirrors + MIRRORS_FAILED.length, mirrorsEnd)] };
  }
  const start = aggregate.exec(message);
  if (start) return attempts(message.slice(start.index + 1).split(nextInAggregate));
  if (bullets.test(message)) return attempts(message.split(nextBullet).slice(1));
  return { relation: "fallback", members: [message] };
}

function attempts(members: readonly string[]): JoinedErrors {
  return members.length === 0 ? { relation: "fallback", members: [""] } : { relation: "attempts", members };
}
