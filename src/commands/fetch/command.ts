import { buildCommand } from "@stricli/core";
import { type PluginFlags, pluginFlags } from "../credentials/plugin-flags.ts";
import { criSocketFlag } from "../cri-socket.ts";
import { durationFlag, timeoutFlag } from "../duration-flag.ts";
import { parsePlaceholder } from "../placeholder.ts";
import { type ReportFlags, reportFlags } from "../reports/flags.ts";
import type { LarderContext } from "../world.ts";

const OUTPUTS = ["text", "json", "ndjson"] as const;

export interface FetchFlags extends PluginFlags, ReportFlags {
  readonly criSocket?: string;
  readonly dockerConfig?: readonly string[];
  readonly imageListFile?: readonly string[];
  readonly set?: readonly (readonly [name: string, value: string])[];
  readonly parallel: number;
  readonly always: boolean;
  readonly exitZero: boolean;
  readonly terminationMessage?: string;
  readonly startWithin: number;
  readonly missingGrace: number;
  readonly imageListTimeout: number;
  readonly initialPullAttemptTimeout: number;
  readonly maxPullAttemptTimeout: number;
  readonly overallTimeout: number;
  readonly initialPullAttemptDelay: number;
  readonly maxPullAttemptDelay: number;
  readonly metricsEndpoint?: string;
  readonly output: (typeof OUTPUTS)[number];
  readonly quiet: boolean;
  readonly debug: boolean;
}

function countOf(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000)
    throw new SyntaxError(`"${text}" is not a whole number from 1 to 1000`);
  return count;
}

export const fetchCommand = buildCommand<FetchFlags, string[], LarderContext>({
  loader: async () => (await import("./fetch.ts")).fetch,
  parameters: {
    flags: {
      imageListFile: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Image list: one image reference a line, # comments, ${NAME} placeholders (repeatable)",
        placeholder: "file",
      },
      set: {
        kind: "parsed",
        parse: parsePlaceholder,
        optional: true,
        variadic: true,
        brief: "Value of a ${NAME} in image lists and arguments (repeatable)",
        placeholder: "NAME=VALUE",
      },
      dockerConfig: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Docker config JSON or .dockercfg with registry passwords, as in a pull secret (repeatable)",
        placeholder: "file",
      },
      criSocket: criSocketFlag,
      ...pluginFlags,
      parallel: {
        kind: "parsed",
        parse: countOf,
        brief: "Pulls at the same time per registry",
        default: "8",
        placeholder: "number",
      },
      always: { kind: "boolean", brief: "Pull also what is already on the node", default: false, withNegated: false },
      missingGrace: durationFlag('How long "not found" and "denied" may be a push that is still under way', "0"),
      overallTimeout: timeoutFlag("Deadline of the whole run", "20m"),
      initialPullAttemptTimeout: timeoutFlag(
        "Timeout of the first attempt at an image; doubles with every further one",
        "30s",
      ),
      maxPullAttemptTimeout: timeoutFlag("Longest timeout of an attempt", "5m"),
      initialPullAttemptDelay: durationFlag(
        "Wait before the second attempt at an image; doubles with every further one",
        "1s",
      ),
      maxPullAttemptDelay: durationFlag("Longest wait between attempts", "10m"),
      imageListTimeout: timeoutFlag("Timeout for listing the node's images (with --debug)", "1m"),
      output: {
        kind: "enum",
        values: OUTPUTS,
        brief: "text for people, ndjson for the event stream, json for one result at the end",
        default: "text",
      },
      ...reportFlags,
      quiet: {
        kind: "boolean",
        brief: "Show only failures, warnings and the summary",
        default: false,
        withNegated: false,
      },
      exitZero: {
        kind: "boolean",
        brief: "End 0 also if images are missing, for init containers, which must not crash-loop",
        default: false,
        withNegated: false,
      },
      terminationMessage: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief:
          "Write the result, in at most 4096 bytes, to this file at the end; in a pod /dev/termination-log, which its status then shows",
        placeholder: "path",
      },
      startWithin: durationFlag(
        "Wait first, until a moment within this time that the node's name decides, so that a fleet does not start at once",
        "0",
      ),
      debug: {
        kind: "boolean",
        brief: "Tell on standard error which credentials match and what lies on the node before and after",
        default: false,
        withNegated: false,
      },
      metricsEndpoint: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Accepted for compatibility with image-prefetcher and not used: results need no endpoint",
        placeholder: "host:port",
      },
    },
    aliases: { o: "output", q: "quiet" },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Image reference, such as quay.io/team/app:1.2", placeholder: "image" },
    },
  },
  docs: {
    brief: "Pull images on this node through its container runtime (CRI)",
    customUsage: [
      "--image-list-file images.txt --docker-config config.json",
      "quay.io/acme/app:1.2 quay.io/acme/db:15",
    ],
    fullDescription: [
      "Pulls every image of the lists and arguments through the CRI socket of this node, in parallel, each with the credentials that match it.",
      "Images that are there already are left alone. What failed for good ends at once; what may pass is tried again until the deadline.",
      "Reports (--report FORMAT=PATH) are written however the run ends, the event stream (ndjson) while it goes on; one that cannot be written ends 1.",
      "The node is named in events and results by the environment variable NODE_NAME, or else by the host name.",
    ].join("\n"),
  },
});
