import { EVENT_SCHEMA, type EventBody, type ImageFinished, type LarderEvent } from "#domain/run/event.ts";

export const SAMPLE_START = Date.parse("2025-11-03T08:00:00.000Z");

/** A run as it could have been, told by its bodies; `at` is ms after the start. */
export type Told = readonly [at: number, body: EventBody];

export function tell(told: readonly Told[], head: { run?: string; node?: string } = {}): LarderEvent[] {
  const { run = "run-1", node = "worker-1" } = head;
  return told.map(([at, body]) => ({
    schema: EVENT_SCHEMA,
    run,
    node,
    time: new Date(SAMPLE_START + at).toISOString(),
    ...body,
  }));
}

const app = "quay.io/acme/app:1.2.3";
const base = "registry.example:5000/base@sha256:4f1c9a0e6f3b58d2c7a6e5b49380d1f2c3b4a5968778695a4b3c2d1e0f9a8b7c";
const busy = "busybox:1.36";
const gone = "quay.io/acme/gone:1";
const slow = "docker.io/library/slow:2";
const tool = "ghcr.io/acme/tool:latest";
const secret = "secret ci/quay";
const MIB = 1024 * 1024;

const rateLimited = "rpc error: code = Unknown desc = failed to pull: unexpected status: 429 Too Many Requests";
const notFound = 'rpc error: code = NotFound desc = failed to resolve "quay.io/acme/gone:1": not found';
const denied = "rpc error: code = Unknown desc = \u001b[31munexpected status\u001b[0m: 401 Unauthorized\n\tdenied";

export const finished = (image: string, body: Omit<ImageFinished, "kind" | "image" | "names">): ImageFinished => ({
  kind: "image-finished",
  image,
  names: image === busy ? [busy, "docker.io/library/busybox:1.36"] : [image],
  ...body,
});

const started = (image: string, attempt: number, credential: string | null): EventBody => ({
  kind: "pull-started",
  image,
  attempt,
  credential,
  timeoutMs: 30_000,
});

/** Every kind of event; ends before the last images do. */
export const sampleMiddle: readonly Told[] = [
  [
    0,
    {
      kind: "run-started",
      larder: "0.1.0",
      method: "cri",
      images: [
        { image: app, names: [app] },
        { image: base, names: [base] },
        { image: busy, names: [busy, "docker.io/library/busybox:1.36"] },
        { image: gone, names: [gone] },
        { image: slow, names: [slow] },
        { image: tool, names: [tool] },
      ],
      parallel: 4,
      timeoutMs: 20 * 60_000,
    },
  ],
  [3, { kind: "warning", code: "IMAGE_DUPLICATE", message: "images.txt:7: busybox:1.36 is listed twice" }],
  [
    5,
    {
      kind: "runtime-waiting",
      sockets: ["/run/containerd/containerd.sock", "/run/crio/crio.sock"],
      message: "connect ENOENT",
    },
  ],
  [
    900,
    {
      kind: "runtime-connected",
      socket: "/run/containerd/containerd.sock",
      runtime: "containerd",
      runtimeVersion: "2.1.4",
    },
  ],
  [920, finished(busy, { outcome: "present", attempts: 0, durationMs: 12, sizeBytes: 2_234_567 })],
  [930, started(app, 1, "docker-config /etc/old.json")],
  [931, started(base, 1, null)],
  [932, started(gone, 1, null)],
  [933, started(slow, 1, null)],
  [
    1_140,
    {
      kind: "pull-failed",
      image: app,
      attempt: 1,
      credential: "docker-config /etc/old.json",
      durationMs: 210,
      class: "unauthorized",
      permanent: true,
      message: denied,
    },
  ],
  [1_141, started(app, 2, secret)],
  [
    1_300,
    {
      kind: "pull-failed",
      image: gone,
      attempt: 1,
      credential: null,
      durationMs: 368,
      class: "not-found",
      permanent: true,
      message: notFound,
    },
  ],
  [
    1_301,
    finished(gone, {
      outcome: "failed",
      attempts: 1,
      durationMs: 369,
      sizeBytes: null,
      class: "not-found",
      message: notFound,
      advice: "Check the spelling of the image, or push it first.",
    }),
  ],
  [1_310, started(tool, 1, null)],
  [
    2_000,
    {
      kind: "pull-failed",
      image: slow,
      attempt: 1,
      credential: null,
      durationMs: 1_067,
      class: "rate-limited",
      permanent: false,
      message: rateLimited,
    },
  ],
  [2_001, { kind: "pull-delayed", image: slow, delayMs: 4_000, class: "rate-limited" }],
  [
    9_400,
    {
      kind: "pull-succeeded",
      image: app,
      attempt: 2,
      credential: secret,
      durationMs: 8_259,
      sizeBytes: Math.round(312.4 * MIB),
      imageRef: "sha256:1",
    },
  ],
  [9_401, finished(app, { outcome: "pulled", attempts: 2, durationMs: 8_471, sizeBytes: Math.round(312.4 * MIB) })],
];

/** A node on which the kubelet pulls, and which leaves before it has all. */
export const sampleLeft: readonly Told[] = [
  [
    0,
    {
      kind: "run-started",
      larder: "0.1.0",
      method: "kubelet",
      images: [app, gone].map((image) => ({ image, names: [image] })),
      parallel: null,
      timeoutMs: 20 * 60_000,
    },
  ],
  [2_000, finished(app, { outcome: "pulled", attempts: 1, durationMs: 2_000, sizeBytes: null })],
  [9_000, { kind: "node-left", message: "the node left the cluster" }],
  [9_000, { kind: "run-finished", outcome: "stocked", durationMs: 9_000, pulled: 1, present: 0, failed: 0 }],
];

export const sampleRun: readonly Told[] = [
  ...sampleMiddle,
  [9_500, started(slow, 2, null)],
  [
    65_000,
    {
      kind: "pull-succeeded",
      image: base,
      attempt: 1,
      credential: null,
      durationMs: 64_069,
      sizeBytes: 3 * 1024 * MIB,
      imageRef: "sha256:2",
    },
  ],
  [65_001, finished(base, { outcome: "pulled", attempts: 1, durationMs: 64_070, sizeBytes: 3 * 1024 * MIB })],
  [
    65_100,
    {
      kind: "pull-succeeded",
      image: tool,
      attempt: 1,
      credential: null,
      durationMs: 63_790,
      sizeBytes: null,
      imageRef: "sha256:3",
    },
  ],
  [65_101, finished(tool, { outcome: "pulled", attempts: 1, durationMs: 63_791, sizeBytes: null })],
  [
    125_000,
    finished(slow, {
      outcome: "deadline",
      attempts: 2,
      durationMs: 124_067,
      sizeBytes: null,
      class: "rate-limited",
      message: rateLimited,
      advice: "Wait, or pull with a credential that has a higher limit.",
    }),
  ],
  [125_001, { kind: "run-finished", outcome: "deadline", durationMs: 125_001, pulled: 3, present: 1, failed: 1 }],
];
