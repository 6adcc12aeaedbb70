import { defineConfig } from "vitest/config";
import { htmlAppForVite } from "./tools/html-app.mjs";

/** One project per tier: `fast` needs nothing but Node, `system` needs root and the real parts (see CONTRIBUTING.md). */
export default defineConfig({
  test: {
    // The default is one worker on two cores; many tests wait for a process or a timer.
    maxWorkers: 3,
    projects: [
      {
        plugins: [htmlAppForVite()],
        test: {
          name: "fast",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/system/**", "node_modules/**"],
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
    ],
  },
});
