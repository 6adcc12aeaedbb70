import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const absent = anyOf(
  /manifest[ _]unknown/,
  /name[ _]unknown/,
  /blob[ _]unknown/,
  /unknown blob\b/,
  /repository name not known/,
  /(?:manifest|tag|image|artifact|repository|blob|reference|‹name›:?|‹digest›:?|‹url›) (?:\S{1,120} ){0,2}(?:was |is )?not found/,
  /no such (?:image|manifest|repository|tag)/,
  /(?:repository|manifest|tag|image) .{0,200}(?:does not|doesn't) exist/,
  /was deleted or has expired/,
  /(?:repository|image)notfound/,
  /could not be found at any host/,
  /could not fetch content (?!descriptor ‹digest› \(‹html›\)).{0,200}not found/,
);

const isAbsent = (seen: FailureText): boolean => {
  if (seen.httpStatus !== undefined) return seen.httpStatus === 404 || seen.httpStatus === 410;
  return absent.test(seen.text);
};

/** The registry answered and has nothing of this name. */
export const missingRules: readonly Rule[] = [
  {
    name: "image-not-found",
    class: "not-found",
    permanent: true,
    advice:
      "The registry has no such repository, tag or digest: check the spelling, and that the image was pushed and not deleted.",
    source:
      "e019, e020, e116, e154, e159, e224, e382; HTTP 404 and 410; errcode MANIFEST_UNKNOWN, NAME_UNKNOWN, BLOB_UNKNOWN; containerd docker/resolver.go",
    matches: isAbsent,
  },
];
