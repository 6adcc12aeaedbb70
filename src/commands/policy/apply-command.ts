import { buildCommand } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { type PolicyFlags, policyAliases, policyFlags } from "./flags.ts";

export interface ApplyPolicyFlags extends PolicyFlags {
  readonly check: boolean;
}

export const applyPolicyCommand = buildCommand<ApplyPolicyFlags, string[], LarderContext>({
  loader: async () => (await import("./apply.ts")).applyPolicy,
  parameters: {
    flags: {
      ...policyFlags,
      check: {
        kind: "boolean",
        default: false,
        brief: "Write nothing, and end 1 if something would change",
        withNegated: false,
      },
    },
    aliases: policyAliases,
    positional: {
      kind: "array",
      minimum: 1,
      parameter: {
        parse: String,
        brief: "Folder with manifests (*.yaml, *.yml, *.json), file, or - for standard input to standard output",
        placeholder: "path",
      },
    },
  },
  docs: {
    brief: "Write the pull policies into Kubernetes manifests",
    customUsage: [
      "-f larder.yaml --verdicts verdicts.ndjson deploy/",
      "-f larder.yaml --verdicts verdicts.ndjson --check deploy/",
      "-f larder.yaml --verdicts verdicts.ndjson - < app.yaml | kubectl apply -f -",
    ],
    fullDescription: [
      "Writes imagePullPolicy beside each image of the Stock in pods, in the templates of workloads and in lists of them: containers, init and ephemeral",
      "containers, and pullPolicy of image volumes. Only these values change: comments, order, quotes, indentation and line ends stay. An Always stays,",
      "also the one that Kubernetes fills in for latest, and so does what no policy helps. Files that cannot be read, such as templates, and documents",
      "in which an anchor shares a policy are named and left alone. Folders whose name begins with a dot, node_modules and links are passed over.",
      "",
      "Ends 0 when all is written, or with --check when nothing would change; 1 with --check if something would change, and if a file could not be",
      "written; 2 when an input is wrong; 4 and 130 as larder policy.",
    ].join("\n"),
  },
});
