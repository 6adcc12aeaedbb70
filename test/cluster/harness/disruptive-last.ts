import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Runs the tests that stop nodes and cut cables after all others; the rest of the order stays vitest's. */
export class DisruptiveLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isDisruptive = ({ moduleId }: TestSpecification): boolean => moduleId.includes("/cluster/disruptive/");
    return [...sorted.filter((file) => !isDisruptive(file)), ...sorted.filter(isDisruptive)];
  }
}
