/**
 * Messages that join several errors, taken apart. Two shapes say that there were several attempts at the pull; two more say what
 * else was tried within one attempt.
 */

export interface Attempt {
  /** The error that the runtime itself would report without the others. */
  readonly reported: string;
  /** What the mirrors said before; a mirror that comes back can still serve the image. */
  readonly mirrors?: string;
  /** What was said when the same name was tried as an artifact, which is never the cause. */
  readonly asArtifact?: string;
}

/** kubelet image_manager.go with apimachinery util/errors: `[e1, e2]`, one error per credential. */
const wrappedError =
  "(?=rpc error: code = |failed to pull (?:and unpack )?image |unable to pull image |Error response from daemon: )";
const aggregate = new RegExp(`\\[${wrappedError}`);
const nextInAggregate = new RegExp(`, ${wrappedError}`);
/** hashicorp/go-multierror, as containers-image joins unqualified-search registries: one bullet per registry. */
const bullets = /errors occurred(?: while pulling)?:\s{0,8}\n/;
const nextBullet = /\n\s{0,8}\* /;
/** CRI-O 1.35 internal/storage/image.go: the image was tried, then the same name as an artifact. */
const ARTIFACT_ERROR = "; artifact err: ";
/** containers-image docker/docker_image_src.go: mirrors first, the registry itself last. */
const MIRRORS_FAILED = "(Mirrors also failed: [";
const MIRRORS_END = "]): ";

/** @returns one attempt at least; each stands for itself (one per credential or per registry) */
export function attemptsOf(message: string): readonly Attempt[] {
  const start = aggregate.exec(message);
  if (start)
    return message
      .slice(start.index + 1)
      .split(nextInAggregate)
      .map(attemptOf);
  const listed = bullets.test(message) ? message.split(nextBullet).slice(1) : [];
  return listed.length > 0 ? listed.map(attemptOf) : [attemptOf(message)];
}

function attemptOf(text: string): Attempt {
  const artifact = text.indexOf(ARTIFACT_ERROR);
  if (artifact < 0) return withoutMirrors(text);
  return { ...withoutMirrors(text.slice(0, artifact)), asArtifact: text.slice(artifact + ARTIFACT_ERROR.length) };
}

function withoutMirrors(text: string): Attempt {
  const start = text.indexOf(MIRRORS_FAILED);
  const end = text.lastIndexOf(MIRRORS_END);
  if (start < 0 || end < start) return { reported: text };
  return {
    reported: text.slice(0, start) + text.slice(end + MIRRORS_END.length),
    mirrors: text.slice(start + MIRRORS_FAILED.length, end),
  };
}
