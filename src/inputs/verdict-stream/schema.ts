/**
 * The verdict stream as it is read back. `schema/verdict.schema.json` is made from this schema, and a test holds its type to
 * the domain's, so that the three say the same. Fields that this version does not know are let through.
 */
import { z } from "zod";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import {
  PROTECTIONS,
  PROVING_OUTCOMES,
  VERDICT_CAUSES,
  VERDICT_SCHEMA,
  VERDICT_WORDS,
} from "#domain/verdict/verdict.ts";

const count = z.int().nonnegative();
const ms = z.int().nonnegative().describe("In milliseconds.");
const node = z.string();
const image = z.string().describe("The image as the Stock writes it.");
const secret = z
  .string()
  .nullable()
  .describe("NAMESPACE/NAME of the pull secret that the pod names; null: it names none.");

const head = {
  schema: z.literal(VERDICT_SCHEMA),
  run: z.string().describe("Names one run; all lines of it carry the same text."),
  time: z.iso.datetime({ precision: 3 }).describe("RFC 3339 in UTC with milliseconds."),
};

const runStarted = z
  .object({
    ...head,
    kind: z.literal("run-started"),
    larder: z.string().describe("Version of Larder."),
    stock: z.string().describe("NAMESPACE/NAME of the Stock."),
    nodes: z.array(node).describe("The nodes that the Stock selects, also those on which nothing can be proven."),
    proofs: z
      .array(
        z.object({
          image,
          secret,
          nodes: z.array(node).describe("Only on these nodes; absent: on all nodes of the run.").exactOptional(),
        }),
      )
      .describe("What the run is going to prove; what of it has no verdict in a stream that was cut is unknown."),
    twoSided: z.boolean().describe("Whether protection is checked, too."),
    timeoutMs: ms,
  })
  .meta({ title: "Run started" });

const given = z
  .object({
    ...head,
    kind: z.literal("verdict"),
    node,
    image,
    secret,
    verdict: z
      .enum(VERDICT_WORDS)
      .describe(
        "served: the kubelet let a pod with pull policy Never through; refused: the image lies on the node, and the kubelet does not give it to such a pod; absent: the image does not lie on the node; unknown: nobody can say.",
      ),
    protection: z.enum(PROTECTIONS).describe("Whether a pod without the secret is refused."),
    reason: z.string().describe("Why, for people: a clause without a full stop."),
    kubelet: z.string().nullable().describe("The kubelet's own words, without secrets; null: it said none."),
    cause: z
      .enum(VERDICT_CAUSES)
      .describe(
        "secret-missing: the secret is not in the cluster, or cannot be read; policy-changed: something in the cluster gave the pod another pull policy, so that it proves nothing; node-unavailable: no pod could start on the node; deadline and interrupted: the run ended before.",
      )
      .exactOptional(),
    class: z
      .enum(FAILURE_CLASSES)
      .describe("What the kubelet's own pull of the image failed with, where one was tried.")
      .exactOptional(),
  })
  .meta({
    title: "Verdict",
    description: "What the kubelet says of a node, an image and a secret; the latest verdict counts.",
  });

const warned = z
  .object({ ...head, kind: z.literal("warning"), code: z.string(), message: z.string() })
  .meta({ title: "Warning" });

const runFinished = z
  .object({
    ...head,
    kind: z.literal("run-finished"),
    outcome: z.enum(PROVING_OUTCOMES),
    durationMs: ms,
    served: count,
    refused: count,
    absent: count,
    unknown: count,
    unprotected: count,
  })
  .meta({ title: "Run finished", description: "The last line of a run." });

export const verdictLineSchema = z.discriminatedUnion("kind", [runStarted, given, warned, runFinished]).meta({
  title: "Larder verdict",
  description:
    "One line of the verdict stream of Larder: what the kubelet says of images on nodes. Later versions add fields and kinds of lines and change none; readers skip what they do not know.",
});

/** Every kind of line that this version knows. */
export const VERDICT_LINE_KINDS: ReadonlySet<string> = new Set(
  verdictLineSchema.options.map(({ shape }) => shape.kind.value),
);
