import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const noSpace = anyOf(
  /no space left on device/,
  /disk quota exceeded/,
  /\benospc\b/,
  /\bedquot\b/,
  /not enough space on the disk/,
  /disk is full/,
  /disk full/,
  /insufficient (?:free )?(?:disk )?(?:space|storage)/,
  /not enough (?:free )?disk space/,
  /out of disk space/,
  /(?:thin ?pool|data space|metadata device).{0,80}(?:free|full|out of)/,
  /garbage collect required amount of images/,
);
const readOnly = /read-only file ?system|\berofs:|attempt to write a readonly database|media is write protected/;
const ioError = anyOf(
  /input\/output error/,
  /remote i\/o error/,
  /structure needs cleaning/,
  /stale (?:nfs )?file handle/,
  /\beio\b/,
  /‹path›"?: (?:bad message|transport endpoint is not connected|file too large)/,
);
const exhausted = anyOf(
  /too many open files/,
  /cannot allocate memory/,
  /out of memory/,
  /resource temporarily unavailable/,
  /insufficient system resources/,
);

/** A registry can run out of disk too, and says so in the body of its 5xx answer: that is its disk, not the node's. */
function onThisNode(words: RegExp): (seen: FailureText) => boolean {
  return (seen) => words.test(seen.text) && (seen.httpStatus === undefined || seen.httpStatus < 500);
}

/** The node's own resources. They come first: where the disk is full, everything else is a consequence. */
export const diskRules: readonly Rule[] = [
  {
    name: "no-space-left",
    class: "disk",
    permanent: false,
    advice: "Free space or inodes on the file system where the runtime stores images, then run again.",
    source: "e143, e144, e269, e391; errno ENOSPC and EDQUOT; moby devmapper; kubelet image_gc_manager.go",
    matches: onThisNode(noSpace),
  },
  {
    name: "read-only-file-system",
    class: "disk",
    permanent: false,
    advice:
      "The file system of the runtime's images is mounted read-only: look at the node's kernel log and remount or repair it.",
    source: "m047, m051, m052; errno EROFS",
    matches: onThisNode(readOnly),
  },
  {
    name: "disk-input-output-error",
    class: "disk",
    permanent: false,
    advice:
      "The node's disk fails reads or writes: look at its kernel log, and take the node out of service if it goes on.",
    source: "m046, m048, m049; errno EIO, EREMOTEIO, EUCLEAN, ESTALE, EBADMSG, EFBIG, ENOTCONN",
    matches: onThisNode(ioError),
  },
  {
    name: "node-out-of-descriptors-or-memory",
    class: "disk",
    permanent: false,
    advice:
      "The runtime ran out of file descriptors or memory: lower the number of parallel pulls or raise the runtime's limits.",
    source: "e272, e307; errno EMFILE, ENFILE, ENOMEM and EAGAIN",
    matches: onThisNode(exhausted),
  },
];
