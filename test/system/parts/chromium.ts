/** Debian's chromium, with a profile of its own in the run folder, and a list of everything that a page asks for. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { findCommand } from "../../kit/run/find-command.ts";
import type { RunFolder } from "./run-folder.ts";

export interface Browser {
  /** A page in a window of this size, with nothing in it yet. */
  open(window: Window): Promise<BrowserPage>;
  close(): Promise<void>;
}

export interface Window {
  readonly width: number;
  readonly height?: number;
  /** @default light */
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce";
}

export interface BrowserPage {
  readonly page: Page;
  /** Addresses that were asked for, the page itself and data: URLs left out. */
  readonly requests: readonly string[];
  /** What the page complained of: errors of scripts, breaches of its policy. */
  readonly complaints: readonly string[];
}

const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function startChromium(folder: RunFolder): Promise<Browser> {
  const executablePath = await findCommand("chromium", "chromium");
  const profile = await mkdtemp(join(folder.path, "chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    // Chromium's sandbox does not start as root, and what is opened here is our own.
    args: ["--no-sandbox", ...quiet],
    env: { ...process.env, ...folder.environment },
  });
  return {
    open: (window) => openPage(context, window),
    close: () => context.close(),
  };
}

async function openPage(context: BrowserContext, window: Window): Promise<BrowserPage> {
  const page = await context.newPage();
  await page.setViewportSize({ width: window.width, height: window.height ?? 900 });
  await page.emulateMedia({
    colorScheme: window.colorScheme ?? "light",
    reducedMotion: window.reducedMotion ?? "no-preference",
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.isNavigationRequest() && !request.url().startsWith("data:")) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  return { page, requests, complaints };
}
