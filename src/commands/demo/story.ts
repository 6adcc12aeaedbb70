/**
 * What the demo's registry holds, what goes wrong there, and how each image must end: data, so that the demo can check
 * itself and say what to look at.
 */
import type { ImageOutcome } from "#domain/run/event.ts";
import type { ImageDescription } from "#embedded/images/image.ts";
import type { FaultRule } from "#embedded/registry/fault.ts";

export interface DemoImage {
  readonly repository: string;
  readonly tag: string;
  /** undefined: the registry does not have it. */
  readonly content?: ImageDescription;
  readonly ends: ImageOutcome;
  /** What happens to it, for the closing text. */
  readonly story: string;
}

export const DEMO_USER = "alice";
/** Opens nothing but the demo's own registry, which lives as long as the demo. */
export const DEMO_PASSWORD = "wonder";
export const PUBLIC_PREFIX = "public";

const MIB = 1024 * 1024;

function weighing(seed: string, ...layerMib: readonly number[]): ImageDescription {
  return { noise: { seed, layerBytes: layerMib.map((mib) => Math.round(mib * MIB)) } };
}

export const DEMO_IMAGES: readonly DemoImage[] = [
  {
    repository: "public/base",
    tag: "12",
    content: weighing("base", 0.5),
    ends: "pulled",
    story: "is public: no credential was sent",
  },
  { repository: "public/probe", tag: "1.4", content: weighing("probe", 0.2), ends: "pulled", story: "is public, too" },
  {
    repository: "acme/web",
    tag: "2.1",
    content: weighing("web", 0.5, 1),
    ends: "pulled",
    story: "is private: alice's password was needed",
  },
  { repository: "acme/api", tag: "2.1", content: weighing("api", 1, 0.5), ends: "pulled", story: "is private, too" },
  {
    repository: "acme/db",
    tag: "15",
    content: weighing("db", 6),
    ends: "pulled",
    story: "is large, and its registry slow: the others did not wait for it",
  },
  {
    repository: "acme/cache",
    tag: "7",
    content: weighing("cache", 0.5),
    ends: "pulled",
    story: "was throttled at first (429): its registry was left alone for a moment",
  },
  {
    repository: "acme/ui",
    tag: "2.1",
    content: weighing("ui", 0.5),
    ends: "pulled",
    story: "arrived damaged at first: its digest was wrong, and it was pulled again",
  },
  {
    repository: "acme/typo",
    tag: "2.1",
    ends: "failed",
    story: "is not in the registry: final at once, and why `larder fetch` would end with exit code 1",
  },
];

export const DEMO_FAULTS: readonly FaultRule[] = [
  { on: { repository: "acme/db", part: "blob", method: "GET" }, fault: { kind: "slow", bytesPerSecond: 2 * MIB } },
  // A runtime asks five times more by itself before it says that it was throttled.
  {
    on: { repository: "acme/cache", part: "manifest" },
    times: 6,
    fault: { kind: "status", status: 429, retryAfterSeconds: 1 },
  },
  { on: { repository: "acme/ui", part: "blob", method: "GET" }, times: 1, fault: { kind: "corrupt" } },
];
