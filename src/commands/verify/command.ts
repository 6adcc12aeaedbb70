import { buildCommand } from "@stricli/core";
import { agentImageFlag } from "../agent-image.ts";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { timeoutFlag } from "../duration-flag.ts";
import { type ReportFlags, reportFlags } from "../reports/flags.ts";
import { type StockFlags, stockAliases, stockFlags } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";

const OUTPUTS = ["text", "json", "ndjson"] as const;

export interface VerifyFlags extends StockFlags, ClusterFlags, ReportFlags {
  readonly repair: boolean;
  readonly twoSided: boolean;
  readonly strict: boolean;
  readonly since?: string;
  readonly timeout: number;
  readonly agentImage?: string;
  readonly output: (typeof OUTPUTS)[number];
}

function switchFlag(brief: string) {
  return { kind: "boolean", brief, default: false, withNegated: false } as const;
}

export const verifyCommand = buildCommand<VerifyFlags, [], LarderContext>({
  loader: async () => (await import("./verify.ts")).verify,
  parameters: {
    flags: {
      ...stockFlags,
      repair: switchFlag(
        "Let the kubelet pull what it does not give, with the right name and secret, and prove it again",
      ),
      twoSided: switchFlag("Prove also that pods without the secret are refused"),
      strict: switchFlag("An image that pods without the secret get as well is a finding (implies --two-sided)"),
      since: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Saved verdict stream; only what is different from it is told; - is standard input",
        placeholder: "file",
      },
      timeout: timeoutFlag("Deadline for each Stock, repairs included", "5m"),
      agentImage: agentImageFlag,
      output: {
        kind: "enum",
        values: OUTPUTS,
        brief: "text for people, ndjson for the verdict stream, json for one result at the end",
        default: "text",
      },
      ...reportFlags,
      ...clusterFlags,
    },
    aliases: { ...stockAliases, ...clusterAliases, o: "output" },
  },
  docs: {
    brief: "Prove by the kubelets that each node serves each image",
    customUsage: [
      "-f larder.yaml",
      "-f larder.yaml --repair",
      "-f larder.yaml --two-sided --report ndjson=verdicts.ndjson",
    ],
    fullDescription: [
      "Starts small pods with pull policy Never on every node that the Stock means, one container for each image and pull secret that matches it, and",
      "reads from their status whether the kubelet lets them have the image. The registry is not asked, except with --repair. The pods are deleted on",
      "every path; those that a killed run left are removed by the next one. `larder up` comes first: it copies the pull secrets.",
      "Ends 0 if all is served; 1 if something is refused, absent or unknown, or with --strict unprotected; 2 wrong usage, input, or nothing is up;",
      "3 the deadline passed; 4 the cluster could not be reached; 130 interrupted.",
    ].join("\n"),
  },
});
