import { expect, it } from "vitest";
import { parseSettings } from "./settings.ts";

it("reads every kind of setting", () => {
  expect(
    parseSettings([
      "version=1.37",
      "runtime=cri-o",
      "gate=off",
      "parallel=4",
      "labels=a=b,c=d",
      "allowlist=registry.test:5000/public/*",
      "kubelet.maxPods=20",
      'kubelet.evictionHard={"imagefs.available":"10%"}',
    ]),
  ).toEqual({
    version: "1.37",
    runtime: "cri-o",
    gate: "off",
    parallel: 4,
    labels: ["a=b", "c=d"],
    allowlist: ["registry.test:5000/public/*"],
    kubelet: { maxPods: 20, evictionHard: { "imagefs.available": "10%" } },
  });
});

it.each([
  ["speed=1", "speed is no setting of a node: version, runtime, gate"],
  ["version=1.33", "version=1.33: one of 1.34, 1.35, 1.37"],
  ["runtime=docker", "runtime=docker: one of containerd-1.6, containerd-2.2, cri-o"],
  ["parallel=many", "parallel=many: a whole number"],
  ["kubelet.maxPods=", "kubelet.maxPods=: not JSON"],
])("%s is an error that says what could stand there", (word, error) => {
  expect(() => parseSettings([word])).toThrow(error);
});
