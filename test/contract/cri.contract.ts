/**
 * What Larder expects of a container runtime, held against the embedded one and against containerd alike, so that tests
 * on the embedded one mean something. Both are called through the client that the agent uses, over a real socket, and
 * pull from the embedded registry over HTTP.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { type Bench, type StartRuntime, setUpBench } from "./cri/bench.ts";
import { describeCredentials } from "./cri/credentials.ts";
import { describeFailures } from "./cri/failures.ts";
import { describeImages } from "./cri/images.ts";
import { describeInterruptions } from "./cri/interruptions.ts";
import { describeOddImages } from "./cri/odd-images.ts";
import { describeSocket } from "./cri/socket.ts";

export function criContract(name: string, start: StartRuntime): void {
  describe(name, () => {
    let bench: Bench | undefined;
    const current = (): Bench => {
      if (bench === undefined) throw new Error("the bench is set up by beforeAll: ask for it inside a test");
      return bench;
    };
    beforeAll(async () => {
      bench = await setUpBench(start);
    });
    afterAll(async () => {
      await bench?.close();
    });
    describeImages(current);
    describeCredentials(current);
    describeFailures(current);
    describeOddImages(current);
    describeInterruptions(current);
    describeSocket(current);
  });
}
