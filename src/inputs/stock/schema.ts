/**
 * The Stock file as people write it. `schema/stock.schema.json` is made from this schema, so what an editor says while somebody types
 * is what Larder says when it reads the file. Unknown fields are errors. Each field turns into its domain value here, with two
 * exceptions: an image is only text until its placeholders are filled, and a list's path until the list is read.
 */
import { z } from "zod";
import { checkLabelKey, checkLabelValue, isReservedLabelKey } from "#domain/cluster/labels.ts";
import { parseDnsLabel, parseDnsSubdomain } from "#domain/cluster/names.ts";
import { parseNodeSelector, selectorOfLabels } from "#domain/cluster/node-selector.ts";
import {
  NODE_ARCHITECTURES,
  NODE_OPERATING_SYSTEMS,
  parseArchitecture,
  parseOperatingSystem,
  parsePlatform,
} from "#domain/cluster/platform.ts";
import { parseSecretName } from "#domain/cluster/secret-name.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import {
  SHELF_SIZE_MAX,
  STOCK_DEFAULTS,
  STOCK_METHODS,
  STOCK_NAME_LENGTH_MAX,
  STOCK_NAMESPACE_LENGTH_MAX,
} from "#domain/stock/stock.ts";
import { parseDuration } from "../duration/duration.ts";
import { checkedText, textOf } from "./text-schema.ts";
import { tolerationFields, tolerationSchema } from "./toleration-schema.ts";

const STOCK_API_VERSION = "larder.dev/v1alpha1";
/** What a document must be to be looked at closer. */
export const STOCK_KIND = "Stock";

const durationRemedy = "write numbers with a unit (ns, us, ms, s, m, h), as in 30s, 1.5h or 2m30s";
const duration = textOf(durationOf, durationRemedy).meta({
  pattern: "^\\+?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)$",
});
const timeout = textOf((text) => {
  const ms = durationOf(text);
  return ms.ok && ms.value === 0 ? fail("is no time at all") : ms;
}, durationRemedy).meta({
  pattern: "^\\+?((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+$",
});

const secretName = textOf(parseSecretName, "write NAMESPACE/NAME, as in ci/quay").meta({
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
});

const architecture = textOf(parseArchitecture, `known are ${NODE_ARCHITECTURES.join(", ")}`).meta({
  enum: [...NODE_ARCHITECTURES],
});

const labelKey = checkedText(checkLabelKey, "write it as name or prefix.example/name");
const labelValue = checkedText(checkLabelValue, "write at most 63 letters, digits, hyphens, underscores and dots");
const ownLabelKey = checkedText((key) => {
  if (isReservedLabelKey(key)) return fail("is a key that Kubernetes keeps for itself");
  return checkLabelKey(key);
}, "write it as name or prefix.example/name");

const imageText = z.string().meta({
  description: "An image as pods write it: kubelets from 1.36 on keep their records under this very spelling.",
  examples: ["quay.io/acme/app:${TAG}", "busybox:1.36"],
});

export const imageSchema = z
  .strictObject({
    ref: imageText,
    secrets: z
      .array(secretName)
      .optional()
      .meta({
        description: "Pull secrets for this image, instead of the Stock's. An empty list: no credential at all.",
        examples: [["ci/quay"]],
      }),
    platform: textOf(parsePlatform, "write it as linux/arm64")
      .optional()
      .meta({
        description: "Only nodes of this platform get the image. Default: all nodes of the Stock.",
        examples: ["linux/amd64", "linux/arm64"],
      }),
  })
  .meta({ title: "Image with options" });

const selector = z
  .union([
    textOf(parseNodeSelector, "write it as for kubectl get nodes -l"),
    z.record(labelKey, labelValue).transform((labels) => selectorOfLabels(new Map(Object.entries(labels)))),
  ])
  .meta({
    description:
      "Nodes with these labels: a map, as in a pod's nodeSelector, or text, as for `kubectl get nodes -l`. A node must fulfil all of it.",
    examples: [{ "node-role.kubernetes.io/worker": "" }, "pool in (ci, qa), !node-role.kubernetes.io/control-plane"],
  });

const nodesSchema = z
  .strictObject({
    selector: selector.default([]),
    names: z
      .array(textOf(parseDnsSubdomain, "write the name that kubectl get nodes shows"))
      .default([])
      .meta({ description: "Names of nodes. Default: all.", examples: [["worker-1", "worker-2"]] }),
    tolerations: z
      .array(tolerationSchema)
      .default([])
      .meta({
        description: "Taints that do not keep the Stock away, as in a pod's spec. Default: none.",
        examples: [
          [{ operator: "Exists" }],
          [{ key: "dedicated", operator: "Equal", value: "ci", effect: "NoSchedule" }],
        ],
      }),
    os: textOf(parseOperatingSystem, "write linux, or leave it out")
      .prefault(STOCK_DEFAULTS.os)
      .meta({
        description: "Operating system of the nodes. Windows nodes cannot be stocked.",
        enum: [...NODE_OPERATING_SYSTEMS],
      }),
    arch: z
      .union([architecture, z.array(architecture)])
      .default([])
      .meta({
        description: "Architecture of the nodes, or several. Default: any.",
        examples: ["amd64", ["amd64", "arm64"]],
      }),
  })
  .meta({
    title: "Nodes",
    description: "Which nodes are stocked: those that fit everything said here. Default: every Linux node.",
  });

const pacingSchema = z
  .strictObject({
    spread: duration.prefault(STOCK_DEFAULTS.spread).meta({
      description:
        "Agents (methods cri and hybrid) start at a moment within this time that their node's name decides, so that a registry does not get all requests at once.",
      examples: ["60s", "10m"],
    }),
    shelfSize: z.int().min(1).max(SHELF_SIZE_MAX).default(STOCK_DEFAULTS.shelfSize).meta({
      description:
        "Images per shelf, at most (methods kubelet and hybrid). Up to ten images start together without reaching the kubelet's default limit of pulls per second.",
    }),
  })
  .meta({ title: "Pacing", description: "How gently the Stock is put onto the nodes." });

const metadataSchema = z.strictObject({
  name: textOf((text) => parseDnsLabel(text, STOCK_NAME_LENGTH_MAX), "write a DNS label, as in qa or nightly-2").meta({
    description:
      "Name of the Stock. Everything that Larder makes for it carries the label `larder.dev/stock` with this name.",
    pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    maxLength: STOCK_NAME_LENGTH_MAX,
    examples: ["qa"],
  }),
  namespace: textOf((text) => parseDnsLabel(text, STOCK_NAMESPACE_LENGTH_MAX), "write a DNS label, as in larder")
    .prefault(STOCK_DEFAULTS.namespace)
    .meta({
      description: "Namespace in which the Stock lives. Privileged agents live in another one, NAMESPACE-agents.",
      pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
      maxLength: STOCK_NAMESPACE_LENGTH_MAX,
    }),
});

const specSchema = z.strictObject({
  images: z
    .array(z.union([imageText, imageSchema]))
    .default([])
    .meta({
      description: "Images, each as text or with options. ${NAME} is filled by --set NAME=VALUE, and by nothing else.",
      examples: [["quay.io/acme/app:${TAG}", { ref: "quay.io/acme/db:15", secrets: ["ci/other"] }]],
    }),
  imageLists: z
    .array(checkedText(checkListPath, "name a file, as in lists/qa.txt"))
    .default([])
    .meta({
      description: "Files with one image a line and # comments. Paths start at the folder of this file.",
      examples: [["prefetch/qa-images.txt"]],
    }),
  pullSecrets: z
    .array(secretName)
    .default([])
    .meta({
      description:
        "Pull secrets as NAMESPACE/NAME, in the order in which pods name them. They are offered for every image that names no secrets of its own.",
      examples: [["ci/quay", "ci/docker-hub"]],
    }),
  method: z.enum(STOCK_METHODS).default(STOCK_DEFAULTS.method).meta({
    description:
      "kubelet: the kubelet itself pulls and keeps the images; nothing runs as root. cri: an agent pulls over the runtime's socket, as root; fast, but private images are then lent to every pod. hybrid: an agent pulls, then the kubelet adopts.",
  }),
  nodes: nodesSchema.prefault({}),
  pacing: pacingSchema.prefault({}),
  timeout: timeout.prefault(STOCK_DEFAULTS.timeout).meta({
    description: "How long all nodes together may take, in Go's notation.",
    examples: ["20m", "1h30m"],
  }),
  grace: duration.prefault(STOCK_DEFAULTS.grace).meta({
    description:
      "For how long an image that is missing or denied may yet come, because its push is still under way; in Go's notation.",
    examples: ["2m"],
  }),
  nodeLabels: z
    .record(ownLabelKey, labelValue)
    .default({})
    .meta({
      description: "Labels for nodes that have the whole Stock, so that pods can ask for such nodes. Default: none.",
      examples: [{ "larder.dev/qa": "stocked" }],
    }),
});

export const stockSchema = z
  .strictObject({
    apiVersion: z.literal(STOCK_API_VERSION).meta({ description: "Version of this format." }),
    kind: z.literal(STOCK_KIND).meta({ description: "Stock: what shall lie on which nodes." }),
    metadata: metadataSchema.meta({ title: "Metadata", description: "What the Stock is called, and where it lives." }),
    spec: specSchema.meta({ title: "Specification", description: "Which images, on which nodes, and how." }),
  })
  .meta({
    title: "Larder Stock",
    description:
      "Which container images shall lie on which nodes of a Kubernetes cluster, with which pull secrets and by which method. A file of Larder, not an object of the cluster.",
  });

/** A file that fits the schema, with its defaults. */
export type WrittenStock = z.output<typeof stockSchema>;

/** Valid field names by the place in the file; places in lists have no number. */
export const STOCK_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "": stockSchema,
    metadata: metadataSchema,
    spec: specSchema,
    "spec.images": imageSchema,
    "spec.nodes": nodesSchema,
    "spec.nodes.tolerations": tolerationFields,
    "spec.pacing": pacingSchema,
  }).map(([place, { shape }]) => [place, Object.keys(shape)]),
);

function durationOf(text: string): Result<number, string> {
  const ms = parseDuration(text);
  return ms.ok ? ms : fail("is not a duration");
}

/** @returns nothing, or why the text cannot be the path of an image list, as a clause */
export function checkListPath(path: string): Result<void, string> {
  if (path.trim() === "") return fail("is empty");
  return /\$\{/.test(path) ? fail("has a placeholder, and those are filled in images only") : ok(undefined);
}
