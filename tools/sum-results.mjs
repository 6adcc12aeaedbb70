// Adds up the result files of all tiers: node tools/sum-results.mjs FOLDER [STEP THAT FAILED]…
// Prints one line `N passed, N failed, N skipped` and ends 0 only if something passed and nothing failed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, ...failedSteps] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const result = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const unloadable = result.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests + unloadable.length;
  total.skipped += result.numPendingTests + result.numTodoTests;
  console.log(`${file.replace(".json", "")}: ${result.numPassedTests} of ${result.numTotalTests} passed`);
}
if (failedSteps.length > 0) console.log(`failed: ${failedSteps.join(", ")}`);
// A step can fail without a failed test: a lint error, or a tier that did not start.
if (failedSteps.length > 0 && total.failed === 0) total.failed = failedSteps.length;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
