import { buildCommand } from "@stricli/core";
import { type PluginFlags, pluginFlags } from "../credentials/plugin-flags.ts";
import type { LarderContext } from "../world.ts";

const OUTPUTS = ["text", "json"] as const;

export interface ExplainImageFlags extends PluginFlags {
  readonly dockerConfig?: readonly string[];
  readonly nodeConfig?: string;
  readonly output: (typeof OUTPUTS)[number];
}

export const explainImageCommand = buildCommand<ExplainImageFlags, [string], LarderContext>({
  loader: async () => (await import("./image.ts")).explainImage,
  parameters: {
    flags: {
      dockerConfig: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Docker config JSON or .dockercfg that stands for a pull secret of the pod, in their order (repeatable)",
        placeholder: "file",
      },
      nodeConfig: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Docker config of the node itself, such as /var/lib/kubelet/config.json",
        placeholder: "file",
      },
      ...pluginFlags,
      output: {
        kind: "enum",
        values: OUTPUTS,
        brief: "text for people, json for one object: {image, repository, offers} or {image, error}",
        default: "text",
      },
    },
    aliases: { o: "output" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "Image reference, such as quay.io/team/app:1.2", placeholder: "image" }],
    },
  },
  docs: {
    brief: "Show which credentials a node offers for an image, and in which order",
    fullDescription: [
      "Shows the offers that a kubelet would make for an image: source, registry key and user name of each, never a password. Pull secrets come",
      "first, then the node's config, then plugins, which are really run. Nothing is pulled, and no registry is asked.",
      "Ends 0 when it could show, and 2 when the image name or a pull secret is wrong, since the kubelet would pull nothing then.",
    ].join("\n"),
    customUsage: [
      "quay.io/acme/app:1.2 --docker-config secret.json",
      "quay.io/acme/app:1.2 --node-config /var/lib/kubelet/config.json --output json",
    ],
  },
});
