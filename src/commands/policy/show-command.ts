import { buildCommand } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { type PolicyFlags, policyAliases, policyFlags } from "./flags.ts";

const OUTPUTS = ["text", "env", "json", "yaml", "github"] as const;

export interface ShowPolicyFlags extends PolicyFlags {
  readonly registry?: readonly string[];
  readonly output: (typeof OUTPUTS)[number];
}

export const showPolicyCommand = buildCommand<ShowPolicyFlags, [], LarderContext>({
  loader: async () => (await import("./show.ts")).showPolicy,
  parameters: {
    flags: {
      ...policyFlags,
      registry: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Show only this registry, such as quay.io (repeatable)",
        placeholder: "host",
      },
      output: {
        kind: "enum",
        values: OUTPUTS,
        brief: "text for people; env for shells; github for GITHUB_OUTPUT and GITHUB_ENV; json or yaml for programs",
        default: "text",
      },
    },
    aliases: { ...policyAliases, o: "output" },
  },
  docs: {
    brief: "Show the pull policy that each registry and image can use",
    customUsage: [
      "-f larder.yaml",
      "-f larder.yaml --verdicts verdicts.ndjson --registry quay.io --output env",
      '-f larder.yaml --verdicts verdicts.ndjson --output github >> "$GITHUB_OUTPUT"',
    ],
    fullDescription: [
      "Says for every image of a Stock, and for every registry, which pull policy test pods can use: Never where every node serves the image with the",
      "credential that the tests use, else IfNotPresent, or none where no policy helps, since the secret is missing or wrong or the image cannot be",
      "pulled at all; each with the reason from the verdicts. What is not known to be served counts as not served. A registry's policy is that of",
      "its weakest image. Without --verdicts the kubelets are asked now, as by larder verify.",
      "",
      "--output env gives IMAGE_PULL_POLICY_FOR_QUAY_IO=Never, a line for each registry, with IfNotPresent where no policy helps, and a warning.",
      "--output github adds LARDER_POLICY, the policies of the registries as JSON. Ends 0 when it could show, 2 when an input is",
      "wrong or nothing is up, 4 when the cluster could not be reached, and 130 when interrupted.",
    ].join("\n"),
  },
});
