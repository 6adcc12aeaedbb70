import { defineConfig } from "vitest/config";
import { DisruptiveLast } from "./test/cluster/harness/disruptive-last.ts";
import { htmlAppForVite } from "./tools/html-app.mjs";

/** One project per tier: `fast` needs nothing but Node, `system` needs root and the real parts, `cluster` a real cluster as well (see CONTRIBUTING.md). */
export default defineConfig({
  test: {
    sequence: { sequencer: DisruptiveLast },
    // The default is one worker on two cores; many tests wait for a process or a timer.
    maxWorkers: 3,
    projects: [
      {
        plugins: [htmlAppForVite()],
        test: {
          name: "fast",
          include: ["src/**/*.test.ts", "cluster/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/system/**", "test/cluster/**", "node_modules/**"],
          testTimeout: 60_000,
          // No module here keeps state, and loading each for every file would take half of the time.
          isolate: false,
        },
      },
      {
        plugins: [htmlAppForVite()],
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          globalSetup: "test/cluster/harness/global-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
