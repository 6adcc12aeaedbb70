import { parseImageReference } from "#domain/image/reference.ts";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { quote } from "#inputs/quote.ts";
import type { World } from "./world.ts";

/** The published image of the same version, unless somebody has one of their own. */
const PUBLISHED_IMAGE = "ghcr.io/kube-larder/larder";
const VARIABLE = "LARDER_AGENT_IMAGE";

export const agentImageFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: `Larder's own image, which runs on nodes [default: ${VARIABLE}, or else ${PUBLISHED_IMAGE} of this version]`,
  placeholder: "image",
} as const;

/** @returns the image as written, or what is wrong with it */
export function agentImageOf(
  flag: string | undefined,
  { environment, version }: Pick<World, "environment" | "version">,
): Result<string, Issue> {
  const variable = environment[VARIABLE] || undefined;
  const written = flag ?? variable ?? `${PUBLISHED_IMAGE}:${version}`;
  const parsed = parseImageReference(written);
  if (parsed.ok) return ok(written);
  return fail({
    code: "IMAGE_REFERENCE_INVALID",
    at: { file: flag === undefined ? VARIABLE : "--agent-image" },
    problem: `${quote(written)} ${parsed.error}`,
    remedy: "name an image, such as registry.example/larder:1.2.3",
  });
}
