import { parseArgs } from "node:util";
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import { fail, ok, type Result } from "#domain/result.ts";

export const USAGE = `usage: npm run image -- --to REFERENCE [--plain-http] [--docker-config FILE] [--mount-from REPOSITORY]
       npm run image -- --agent-layer FOLDER

Builds Larder's image from this machine's parts and pushes it; the last line printed is the reference with its digest.

  --to REFERENCE           where to, with a tag: ghcr.io/acme/larder:1.2.3
  --plain-http             the registry speaks HTTP, not HTTPS
  --docker-config FILE     docker config JSON with the registry's password
  --mount-from REPOSITORY  a repository of the same registry that may hold the layers already
  --agent-layer FOLDER     only lays out the files of the agent in a folder, for the Dockerfile`;

export type Options =
  | { readonly kind: "agent-layer"; readonly folder: string }
  | {
      readonly kind: "push";
      readonly to: ImageReference;
      readonly tag: string;
      readonly plainHttp: boolean;
      readonly dockerConfig: string | undefined;
      readonly mountFrom: string | undefined;
    };

const flags = {
  to: { type: "string" },
  "plain-http": { type: "boolean", default: false },
  "docker-config": { type: "string" },
  "mount-from": { type: "string" },
  "agent-layer": { type: "string" },
} as const;

/** @returns the options, or what is wrong with them in a sentence */
export function readOptions(args: readonly string[]): Result<Options, string> {
  let values: ReturnType<typeof parseArgs<{ options: typeof flags }>>["values"];
  try {
    values = parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const folder = values["agent-layer"];
  if (folder !== undefined) return ok({ kind: "agent-layer", folder });
  if (values.to === undefined) return fail("--to says where the image goes, and it is missing");
  const to = parseImageReference(values.to);
  if (!to.ok) return fail(`--to: "${values.to}" ${to.error}`);
  const { tag, digest } = to.value;
  if (digest !== undefined) return fail("--to: the digest follows from the image, so it cannot be named beforehand");
  if (tag === undefined) return fail(`--to: "${values.to}" has no tag; a push without one would move "latest"`);
  return ok({
    kind: "push",
    to: to.value,
    tag,
    plainHttp: values["plain-http"],
    dockerConfig: values["docker-config"],
    mountFrom: values["mount-from"],
  });
}
