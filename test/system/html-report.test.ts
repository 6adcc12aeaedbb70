import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetStream } from "../kit/fleet-stream.ts";
import { runLarder } from "../kit/run-larder.ts";
import { type Browser, startChromium, type Window } from "./parts/chromium.ts";
import { useRunFolder } from "./parts/run-folder.ts";

/** The HTML report as people see it, in Debian's chromium. */
const folder = useRunFolder();

let browser: Browser;
/** The saved stream of test/compat: five runs on four nodes that end in every way. */
let several: string;
/** One run, which is what `larder fetch` writes. */
let single: string;
/** Three pages of nodes. */
let fleet: string;
let axe: string;

beforeAll(async () => {
  browser = await startChromium(folder());
  several = await reportOf("several", ["--from", resolve("test/compat/event-v1/events.ndjson")]);
  const stream = await readFile("test/golden/ndjson/run.ndjson", "utf8");
  single = await reportOf("single", ["--from", "-"], stream);
  fleet = await reportOf("fleet", ["--from", "-"], [...fleetStream({ nodes: 60, images: 30 })].join(""));
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});

afterAll(() => browser?.close());

async function reportOf(name: string, from: readonly string[], input?: string): Promise<string> {
  const file = join(folder().path, `${name}.html`);
  const run = await runLarder(["report", ...from, "--report", `html=${file}`], input === undefined ? {} : { input });
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  return file;
}

async function withPage<T>(file: string, window: Window, use: (page: Page) => Promise<T>): Promise<T> {
  const { page, requests, complaints } = await browser.open(window);
  try {
    await page.goto(pathToFileURL(file).href);
    await page.getByRole("heading", { level: 2, name: /^Images/ }).waitFor();
    const result = await use(page);
    expect(requests, "the page asked for something").toEqual([]);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await page.close();
  }
}

const desktop: Window = { width: 1440 };

/** Names of the rows of a section, in their order; which run of a node it is stands behind the name. */
async function names(page: Page, section: "Timeline" | "Images"): Promise<string[]> {
  const texts = await page.getByRole("region", { name: section }).locator(".open").allInnerTexts();
  return texts.map((text) => text.split(/\s/)[0] ?? "");
}

function count(page: Page): Promise<string> {
  return page.getByRole("search").getByRole("status").innerText();
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  readonly passes: readonly unknown[];
}

/** What axe finds wrong; the page's policy lets no script in, so the debugger brings it. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>("axe.run()");
  expect(results.passes.length).toBeGreaterThan(15);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function openSomeRows(page: Page): Promise<void> {
  for (const section of ["Timeline", "Images"]) {
    const row = page.getByRole("region", { name: section }).locator(".open").first();
    if ((await row.getAttribute("aria-expanded")) === "false") await row.click();
  }
}

const windows = [1440, 360].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(windows)("at $width px, $colorScheme", ({ width, colorScheme }) => {
  it.each(["single", "several", "fleet"] as const)("the report of %s run is accessible and fits", async (name) => {
    const file = { single, several, fleet }[name];
    await withPage(file, { width, colorScheme }, async (page) => {
      await openSomeRows(page);
      expect(await violationsOf(page)).toEqual([]);
      const scrolled = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(scrolled, "nothing is wider than the window").toBe(0);
      await page.screenshot({ path: join(folder().path, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    });
  });
});

describe("the page", () => {
  it("says the most important first, and shows failures with class, words and advice", async () => {
    await withPage(single, desktop, async (page) => {
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("4 of 6 images are on worker-1");
      const failures = page.getByRole("region", { name: "Failures" });
      const missing = failures.getByRole("article").filter({ hasText: "not-found" });
      await expectVisible(missing.getByText("Check the spelling of the image, or push it first."));
      await expectVisible(
        missing.getByText('rpc error: code = NotFound desc = failed to resolve "quay.io/acme/gone:1"'),
      );
      await expectVisible(failures.getByText("Made good by a later attempt: 1 unauthorized."));
    });
  });

  it("searches", async () => {
    await withPage(several, desktop, async (page) => {
      expect(await count(page)).toBe("29 shown");
      await page.getByLabel("Search").fill("worker-4 slow");
      await expect.poll(() => count(page)).toBe("1 of 29 shown");
      expect(await names(page, "Timeline")).toEqual(["worker-4"]);
      expect(await names(page, "Images")).toEqual(["docker.io/library/slow:2"]);
      await page.getByLabel("Search").fill("nothing like it");
      await expect.poll(() => count(page)).toBe("0 of 29 shown");
      expect(await page.getByText("Nothing matches.").count()).toBe(2);
      await page.getByRole("button", { name: "Show all" }).click();
      await expect.poll(() => count(page)).toBe("29 shown");
    });
  });

  it("filters by outcome and by class", async () => {
    await withPage(several, desktop, async (page) => {
      await page.getByRole("button", { name: "1 not done at the deadline" }).click();
      await expect.poll(() => count(page)).toBe("1 of 29 shown");
      await page.getByRole("button", { name: "3 interrupted" }).click();
      await expect.poll(() => count(page)).toBe("4 of 29 shown");
      await page.getByLabel("Failure class").selectOption("tls");
      await expect.poll(() => count(page)).toBe("1 of 29 shown");
      expect(await names(page, "Images")).toEqual(["registry.example:5000/fails/tls:1"]);
    });
  });

  it("searches for an image or a node that is chosen", async () => {
    await withPage(several, desktop, async (page) => {
      await page.getByRole("region", { name: "Failures" }).getByRole("button", { name: "worker-3" }).first().click();
      expect(await page.getByLabel("Search").inputValue()).toBe("worker-3");
      await expect.poll(() => names(page, "Timeline")).toEqual(["worker-3"]);
    });
  });

  it("turns pages and orders rows", async () => {
    await withPage(fleet, desktop, async (page) => {
      const first = await names(page, "Timeline");
      expect(first).toHaveLength(25);
      expect(first[0]).toBe("worker-0000.test");
      await page.getByRole("button", { name: "Next nodes" }).click();
      expect((await names(page, "Timeline"))[0]).toBe("worker-0025.test");
      await page.getByRole("button", { name: "Last nodes" }).click();
      expect(await names(page, "Timeline")).toHaveLength(10);
      await page.getByRole("region", { name: "Images" }).getByLabel("Order").selectOption("slowest first");
      expect((await names(page, "Images"))[0]).not.toBe("quay.io/acme/team-0/service-0:1.0.0");
    });
  });

  it("opens a node and an image, and shows each attempt", async () => {
    await withPage(several, desktop, async (page) => {
      const node = page.getByRole("region", { name: "Timeline" }).getByRole("button", { name: "worker-1" }).first();
      await node.click();
      expect(await node.getAttribute("aria-expanded")).toBe("true");
      await expectVisible(
        page.getByText("attempt 1 with docker-config /etc/old.json, at 930 ms: unauthorized after 210 ms"),
      );
      await page.getByRole("region", { name: "Images" }).getByRole("button", { name: "busybox:1.36" }).click();
      await expectVisible(page.getByText("also listed as docker.io/library/busybox:1.36"));
    });
  });

  it("takes nothing of what a registry said for HTML", async () => {
    await withPage(several, desktop, async (page) => {
      await page.getByLabel("Search").fill("gnp.exe");
      await expect.poll(() => count(page)).toBe("1 of 29 shown");
      const words = page.getByRole("region", { name: "Failures" }).locator("blockquote");
      expect(await words.innerText()).toBe(
        '=1+1 odd words <b>"from"</b> & a \\x07 registry \\u{202e}gnp.exe 東京 ]]> </script>',
      );
    });
  });

  it("works by keyboard alone", async () => {
    await withPage(fleet, desktop, async (page) => {
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the results");
      await page.keyboard.press("Tab");
      await page.keyboard.type("worker-0042");
      await expect.poll(() => count(page)).toMatch(/^30 of 1,800 shown$/);
      const seen: string[] = [];
      while (!(await focused(page)).startsWith("worker-0042") || seen.length < 3) {
        await page.keyboard.press("Tab");
        seen.push(await focused(page));
        expect(seen.length, `focus went over ${seen.join(", ")}`).toBeLessThan(60);
      }
      expect(seen).toContain("Show all");
      expect(await outlineOfFocus(page)).not.toBe("none");
    });
  });

  it("lets the keyboard open a row and turn a page", async () => {
    await withPage(fleet, desktop, async (page) => {
      const row = page.getByRole("region", { name: "Timeline" }).locator(".open").first();
      await row.focus();
      await page.keyboard.press("Enter");
      expect(await row.getAttribute("aria-expanded")).toBe("true");
      await page.keyboard.press("Space");
      expect(await row.getAttribute("aria-expanded")).toBe("false");
      await page.getByRole("button", { name: "Next images" }).focus();
      await page.keyboard.press("Enter");
      expect((await names(page, "Images"))[0]).toBe("quay.io/acme/team-4/service-25:1.25.0");
    });
  });

  it("moves nothing for those who want no motion", async () => {
    await withPage(single, { ...desktop, reducedMotion: "reduce" }, async (page) => {
      const moving = await page.evaluate(
        "[...document.querySelectorAll('*')].filter((e) => ['', '::before'].some((p) => getComputedStyle(e, p).transitionDuration !== '0s' || getComputedStyle(e, p).animationName !== 'none')).length",
      );
      expect(moving).toBe(0);
    });
  });

  it("says the most telling to a reader that runs no script", async () => {
    const html = (await readFile(several, "utf8")).replace(/<script>[^]*<\/script>/, "");
    const { page } = await browser.open(desktop);
    await page.setContent(html);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("7 of 29 images are on 4 nodes");
    await expectVisible(page.getByRole("cell", { name: "deadline (rate-limited)" }));
    await page.close();
  });
});

async function expectVisible(locator: ReturnType<Page["getByText"]>): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout: 5_000 });
}

/** Text or label of what has the focus. */
async function focused(page: Page): Promise<string> {
  return String(await page.evaluate("document.activeElement.innerText || document.activeElement.id"));
}

async function outlineOfFocus(page: Page): Promise<string> {
  return String(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"));
}
