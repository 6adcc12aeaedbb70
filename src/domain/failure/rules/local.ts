import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const wedgedStore = anyOf(
  /(?<![-:.\w])snapshot(?:ter)? .{0,200}(?:not found|does not exist|already exists|not loaded)/,
  /\b(?:bucket|lease|ingest|parent)\b.{0,200}not found/,
  /content (?:digest )?‹digest›: not found/,
  /(?:layer|image) not known/,
  /layer (?:for blob )?\S{0,120} (?:was )?not found/,
  /failed to rename/,
  /directory not empty/,
  /file exists/,
  /\blocked(?: for |:)/,
  /could not verify layer data/,
  /layer does not exist/,
  /does not resolve to an image id/,
  /not found in container storage/,
);
const tooFewIds = /subordinate ids|\/etc\/subuid|insufficient uids|enough ids available|unused ids in user namespace/;
const errno =
  "permission denied|operation not (?:permitted|supported)|no such file or directory|device or resource busy|invalid argument|file name too long|too many levels of symbolic links|not a directory|text file busy|no such device|access is denied";
/** Go's PathError: the path stands before its errno. A registry that denies a permission names what it denies afterwards. */
const pathError = new RegExp(`‹path›"?: (?:${errno})`);
const anyErrno = new RegExp(errno);
const whileUnpacking = anyOf(
  /failed to (?:extract|register|unpack|apply|mount) /,
  /adding layer with blob/,
  /unpacking failed/,
  /applylayer/,
  /processing tar file/,
);

const fileError = (seen: FailureText): boolean =>
  pathError.test(seen.text) || (whileUnpacking.test(seen.text) && anyErrno.test(seen.text));

/**
 * Known failures of the runtime's own store that are none of the other classes. They are asked for before the network and the
 * registry, because their "not found", "denied" and "unavailable" would be mistaken for answers of the registry, and those are permanent.
 */
export const localRules: readonly Rule[] = [
  {
    name: "too-few-user-ids",
    class: "unknown",
    permanent: false,
    advice:
      "The runtime's user namespace has too few IDs for the files of this image: extend /etc/subuid and /etc/subgid.",
    source: "m054, m066, m067; containerd and moby archive code; containers/storage pkg/archive",
    matches: tooFewIds,
  },
  {
    name: "runtime-store-wedged",
    class: "unknown",
    permanent: false,
    advice:
      "The runtime's own image store is in an unexpected state: look at its log, remove the image there, or restart the runtime.",
    source: "e412, m062, m063, m064, m065; containerd core/metadata and core/snapshots; containers/storage errors.go",
    matches: wedgedStore,
  },
  {
    name: "runtime-file-error",
    class: "unknown",
    permanent: false,
    advice:
      "The runtime cannot handle a file of its own on the node: look at its log, and at its rights and its mounts.",
    source:
      "m055, m057, m058, m059, m060, m061, m071; errno EACCES, EPERM, ENOENT, EBUSY, EINVAL and others from the runtime's file system",
    matches: fileError,
  },
];
