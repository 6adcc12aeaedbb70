import { buildCommand } from "@stricli/core";
import { criSocketFlag } from "../cri-socket.ts";
import type { LarderContext } from "../world.ts";

export interface RemoveFlags {
  readonly imageListFile?: readonly string[];
  readonly keepListFile?: readonly string[];
  readonly criSocket?: string;
  readonly exitZero: boolean;
  readonly terminationMessage?: string;
}

export const removeCommand = buildCommand<RemoveFlags, string[], LarderContext>({
  loader: async () => (await import("./remove.ts")).remove,
  parameters: {
    flags: {
      imageListFile: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Image list: one image reference a line, # comments (repeatable)",
        placeholder: "file",
      },
      keepListFile: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Image list of what stays, whatever other names it has (repeatable)",
        placeholder: "file",
      },
      criSocket: criSocketFlag,
      exitZero: {
        kind: "boolean",
        brief: "End 0 also if images could not be removed, for init containers, which must not crash-loop",
        default: false,
        withNegated: false,
      },
      terminationMessage: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Write the result, in at most 4096 bytes, to this file at the end; in a pod /dev/termination-log",
        placeholder: "path",
      },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Image reference, such as quay.io/team/app:1.2", placeholder: "image" },
    },
  },
  docs: {
    brief: "Remove images from this node through its container runtime (CRI), unless a container uses them",
    customUsage: ["--image-list-file images.txt", "quay.io/acme/app:1.2"],
    fullDescription: [
      "Removes the images of the lists and arguments, with all their names, as the kubelet does when it needs room: none that a container of any",
      "state runs or mounts as a volume, and none that the runtime has pinned. Those stay and are named. Waits up to a minute for the runtime.",
      "",
      "Exit codes: 0 all are gone, or in use; 1 some could not be removed; 2 wrong usage or input; 4 the runtime could not be reached;",
      "130 interrupted.",
    ].join("\n"),
  },
});
