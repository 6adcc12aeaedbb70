import { describe, expect, test } from "vitest";
import type { CriRuntime } from "#ports/cri.ts";
import { type Bench, inTime, untilStruck } from "./bench.ts";

export function describeSocket(bench: () => Bench): void {
  describe("the socket", () => {
    test("a runtime that is stopped and started again is found again, with its images", async () => {
      const { cri, runtime, stock } = bench();
      const { name, image } = await stock("public/kept", "1");
      await cri.pullImage(`${name}:1`, undefined, inTime());
      await runtime.stop();
      await expectUnavailable(cri, `dial unix ${runtime.socket}: connect: no such file or directory`);
      await runtime.startAgain();
      expect(await cri.imageStatus(`${name}:1`, inTime())).toMatchObject({ value: { id: image.config.digest } });
    });

    test("a runtime that is killed leaves a socket on which nobody listens", async () => {
      const { cri, runtime } = bench();
      await runtime.kill();
      const words = "connect: connection refused (no process listens on this socket)";
      await expectUnavailable(cri, `dial unix ${runtime.socket}: ${words}`);
      await runtime.startAgain();
      expect(await cri.version(inTime())).toMatchObject({ ok: true });
    });

    test("a pull that is under way when the runtime dies fails, and works when it is back", async () => {
      const { cri, registry, runtime, stock } = bench();
      const repository = "public/interrupted";
      const { name, image } = await stock(repository, "1");
      registry.setFaults([{ on: { repository, part: "manifest" }, times: 1, fault: { kind: "stall" } }]);
      const pull = cri.pullImage(`${name}:1`, undefined, inTime());
      await untilStruck(registry, repository);
      await runtime.kill();
      expect(await pull).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
      registry.setFaults([]);
      await runtime.startAgain();
      const again = await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(again).toEqual({ ok: true, value: image.config.digest });
    });
  });
}

async function expectUnavailable(cri: CriRuntime, words: string): Promise<void> {
  // The first call may still have gone into the connection that broke.
  await cri.version(inTime());
  expect(await cri.version(inTime())).toEqual({
    ok: false,
    error: { grpcCode: "Unavailable", message: `connection error: ${words}` },
  });
}
