/**
 * The event stream as it is read back, by reports and by other programs. `schema/event.schema.json` is made from this
 * schema, and a test holds its type to the domain's, so that the three say the same. Fields that this version does not
 * know are let through: a newer Larder may have added them. It is loaded only where a stream is read, since it costs
 * memory that an agent on a node does not have.
 */
import { z } from "zod";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { EVENT_SCHEMA } from "#domain/run/event.ts";
import { STOCK_METHODS } from "#domain/stock/stock.ts";

const count = z.int().nonnegative();
const ms = z.int().nonnegative().describe("In milliseconds.");
const attempt = z.int().positive().describe("Counts from 1 per image, over all credentials and repetitions.");
const credential = z
  .string()
  .nullable()
  .describe("Where the credential comes from, never the credential; null: the request carried none.");
const image = z.string().describe("The image as it was asked for.");
const names = z
  .array(z.string())
  .min(1)
  .describe("All spellings under which the image was asked for; the first is also `image`.");
const sizeBytes = count.nullable().describe("null: the runtime did not say.");
const failureClass = z.enum(FAILURE_CLASSES).describe("What the failure means.");
const words = z.string().describe("The runtime's own words, without secrets.");

const head = {
  schema: z.literal(EVENT_SCHEMA),
  run: z.string().describe("Names one run on one node; all events of it carry the same text."),
  node: z.string(),
  time: z.iso.datetime({ precision: 3 }).describe("RFC 3339 in UTC with milliseconds."),
};

const runStarted = z
  .object({
    ...head,
    kind: z.literal("run-started"),
    larder: z.string().describe("Version of Larder."),
    method: z
      .enum(STOCK_METHODS)
      .describe(
        "Who pulls: cri Larder itself, kubelet the node's kubelet, hybrid both, and the kubelet's word counts.",
      ),
    images: z.array(z.object({ image, names })).describe("What the run shall stock, in the order of the list."),
    parallel: z.int().positive().nullable().describe("Pulls at the same time per registry; null: the kubelet decides."),
    timeoutMs: ms,
  })
  .meta({ title: "Run started" });

const runtimeConnected = z
  .object({
    ...head,
    kind: z.literal("runtime-connected"),
    socket: z.string(),
    runtime: z.string().describe("containerd, cri-o, …"),
    runtimeVersion: z.string(),
  })
  .meta({ title: "Runtime connected", description: "The runtime's socket answered, for the first time or again." });

const runtimeWaiting = z
  .object({
    ...head,
    kind: z.literal("runtime-waiting"),
    sockets: z.array(z.string()).describe("Sockets that were tried."),
    message: words,
  })
  .meta({ title: "Runtime waiting", description: "The runtime does not answer; the run waits for it." });

const pullStarted = z
  .object({ ...head, kind: z.literal("pull-started"), image, attempt, credential, timeoutMs: ms })
  .meta({ title: "Pull started" });

const pullSucceeded = z
  .object({
    ...head,
    kind: z.literal("pull-succeeded"),
    image,
    attempt,
    credential,
    durationMs: ms,
    sizeBytes,
    imageRef: z.string().describe("What the runtime answered: an image ID or a name with digest."),
  })
  .meta({ title: "Pull succeeded" });

const pullFailed = z
  .object({
    ...head,
    kind: z.literal("pull-failed"),
    image,
    attempt,
    credential,
    durationMs: ms,
    class: failureClass,
    permanent: z.boolean().describe("Trying again without a change by somebody cannot help."),
    message: words,
  })
  .meta({ title: "Pull failed", description: "One attempt failed; others may follow." });

const pullDelayed = z
  .object({ ...head, kind: z.literal("pull-delayed"), image, delayMs: ms, class: failureClass })
  .meta({ title: "Pull delayed", description: "The next attempt waits: back-off after a failure that may pass." });

const imageFinished = z
  .object({
    ...head,
    kind: z.literal("image-finished"),
    image,
    names,
    outcome: z
      .enum(["pulled", "present", "failed", "deadline", "interrupted", "halted"])
      .describe(
        "pulled and present are good, failed is final; deadline, interrupted and halted (nothing more was worth starting) are not: another run may succeed.",
      ),
    attempts: count,
    durationMs: ms.describe("From the first look at the image until now, waiting included, in milliseconds."),
    sizeBytes,
    class: failureClass.exactOptional(),
    message: words.exactOptional(),
    advice: z.string().describe("What to do about it: one sentence.").exactOptional(),
  })
  .meta({ title: "Image finished", description: "What became of an image; once per image." });

const warned = z
  .object({ ...head, kind: z.literal("warning"), code: z.string(), message: z.string() })
  .meta({ title: "Warning" });

const nodeLeft = z.object({ ...head, kind: z.literal("node-left"), message: z.string() }).meta({
  title: "Node left",
  description:
    "The node left the cluster, or is no longer meant: images that are not finished are void, and count neither as there nor as missing.",
});

const runFinished = z
  .object({
    ...head,
    kind: z.literal("run-finished"),
    outcome: z.enum(["stocked", "incomplete", "deadline", "unreachable", "interrupted"]),
    durationMs: ms,
    pulled: count,
    present: count,
    failed: count,
  })
  .meta({ title: "Run finished", description: "The last event of a run." });

export const eventSchema = z
  .discriminatedUnion("kind", [
    runStarted,
    runtimeConnected,
    runtimeWaiting,
    pullStarted,
    pullSucceeded,
    pullFailed,
    pullDelayed,
    imageFinished,
    warned,
    nodeLeft,
    runFinished,
  ])
  .meta({
    title: "Larder event",
    description:
      "One line of the event stream of Larder: what happened in a run. Later versions add fields and kinds of events and change none; readers skip what they do not know.",
  });

/** Every kind of event that this version knows. */
export const EVENT_KINDS: ReadonlySet<string> = new Set(eventSchema.options.map(({ shape }) => shape.kind.value));
