/**
 * What Larder expects of a cluster's API, held against the client on a real API server and against the fake in memory alike, so that
 * tests of workflows on the fake mean something.
 */
import { afterAll, beforeAll, describe } from "vitest";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import { describeReads } from "./kubernetes/reads.ts";
import { describeWatches } from "./kubernetes/watches.ts";
import { describeWrites } from "./kubernetes/writes.ts";

export interface ApiBench {
  readonly api: KubernetesApi;
  /** Is there, and empty but for what Kubernetes itself puts into it. */
  readonly namespace: string;
  /** A pod `speaker` whose container `main` has said this. */
  readonly startSpeaker: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function kubernetesApiContract(name: string, open: () => Promise<ApiBench>): void {
  describe(name, () => {
    let bench: ApiBench | undefined;
    const current = (): ApiBench => {
      if (bench === undefined) throw new Error("the API is opened by beforeAll: ask for it inside a test");
      return bench;
    };
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(async () => {
      await bench?.close();
    });
    describeReads(current);
    describeWrites(current);
    describeWatches(current);
  });
}
