import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetStream } from "../kit/fleet-stream.ts";
import { type Browser, startChromium } from "./parts/chromium.ts";
import { useRunFolder } from "./parts/run-folder.ts";

/** Reports of 5,000 nodes with 100 images each: half a million pulls, a million and a half events. */
const fleet = { nodes: 5_000, images: 100 };
const MEMORY_MAX_MIB = 512;
/** Twice as long as it may take on a machine that does nothing else. */
const SECONDS_MAX = 120;
const OPENED_WITHIN_MS = 3_000;

const folder = useRunFolder();
const at = (name: string): string => join(folder().path, name);

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium(folder());
  await pipeline(Readable.from(fleetStream(fleet)), createWriteStream(at("events.ndjson")));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await rm(at("events.ndjson"), { force: true });
});

/** Runs `larder report` with its peak of memory measured by the kernel. */
async function report(args: readonly string[]): Promise<{ seconds: number; peakMib: number }> {
  const startedAt = performance.now();
  const command = ["--require", resolve("tools/peak-memory.cjs"), resolve("dist/larder.js"), "report"];
  const child = spawn(process.execPath, [...command, "--from", at("events.ndjson"), ...args], {
    cwd: folder().path,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { ...process.env, ...folder().environment },
    timeout: 300_000,
  });
  const [stderr, peakKib] = await Promise.all([2, 3].map((descriptor) => textOf(child.stdio[descriptor])));
  if (child.exitCode === null) await once(child, "close");
  expect(child.exitCode, stderr).toBe(0);
  return { seconds: (performance.now() - startedAt) / 1_000, peakMib: Number(peakKib) / 1_024 };
}

function textOf(pipe: unknown): Promise<string> {
  if (!(pipe instanceof Readable)) throw new Error("the process has no such pipe");
  return text(pipe);
}

describe("a report of 5,000 nodes with 100 images each", () => {
  it.each(["text", "ndjson", "json", "junit", "csv", "html"])(
    "as %s needs less than 512 MiB and a minute",
    async (format) => {
      const args = format === "text" ? [] : ["--report", `${format}=report.${format}`];
      const { seconds, peakMib } = await report(args);
      console.log(`${format}: ${seconds.toFixed(1)} s, ${peakMib.toFixed(0)} MiB`);
      expect(peakMib).toBeLessThan(MEMORY_MAX_MIB);
      expect(seconds).toBeLessThan(SECONDS_MAX);
      if (format !== "text") expect((await stat(at(`report.${format}`))).size).toBeGreaterThan(1_000_000);
    },
    300_000,
  );

  it("opens in less than three seconds, and answers a search", async () => {
    const { page, requests, complaints } = await browser.open({ width: 1440 });
    const startedAt = performance.now();
    await page.goto(pathToFileURL(at("report.html")).href);
    await page.locator(".rows .row").first().waitFor();
    const tookMs = performance.now() - startedAt;
    console.log(`the page shows its first rows after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(OPENED_WITHIN_MS);
    await page.getByLabel("Search").fill("worker-4321 service-77:");
    await expect.poll(() => page.getByRole("search").getByRole("status").innerText()).toBe("1 of 500,000 shown");
    await page.screenshot({ path: at("big.png") });
    expect([requests, complaints]).toEqual([[], []]);
    await page.close();
  }, 120_000);
});
