import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

/** The image exists, but not for this node. Runtimes wrap it in "not found", so it is asked for earlier. */
export const platformRules: readonly Rule[] = [
  {
    name: "no-image-for-platform",
    class: "platform",
    permanent: true,
    advice: "Publish the image for this node's operating system and architecture, or keep it off such nodes.",
    source:
      "e117, e204, e290, e366, e389, e421; containerd core/images; containers-image internal/manifest; moby distribution/pull_v2.go; runc",
    matches: anyOf(
      /no match(?:ing manifest)? for (?:the )?(?:specified )?platform/,
      /no matching manifest for /,
      /no (?:image|manifest) found (?:in (?:manifest list|image index) )?for (?:architecture|platform)/,
      /no child with platform/,
      /architecture mismatch/,
      /(?:does not|doesn't) match the (?:specified|expected|requested|host) (?:platform|operating system|architecture)/,
      /operating system .{0,80} (?:cannot be used on this platform|when requesting)/,
      /operating system does not match the host/,
      /windows version .{0,80} incompatible/,
      /exec format error/,
      /unsupported platform/,
      /does not provide the (?:specified )?platform/,
    ),
  },
];
