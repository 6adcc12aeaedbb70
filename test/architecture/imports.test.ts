import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/**
 * The import rule of ARCHITECTURE.md: which room may import which. It is read from the text of every file, so that
 * `import type` and dynamic imports count too, and a breach is shown as the line that is guilty. `data` is the folder beside `src`.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: ["data"],
  ports: ["domain"],
  wire: ["domain"],
  inputs: ["domain", "ports"],
  effects: ["domain", "ports", "wire"],
  workflows: ["domain", "ports"],
  present: ["domain", "ports"],
  embedded: ["domain", "ports", "wire"],
  commands: ["domain", "ports", "inputs", "workflows", "present", "embedded"],
  bin: ["domain", "ports", "inputs", "effects", "workflows", "present", "embedded", "commands"],
};

/** Packages that a pure room may use; every other room may use what package.json lists. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  domain: ["node:crypto"],
  ports: [],
};

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

const sources = readSources();

describe("imports go one way", () => {
  it("reads the whole of src", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(new Set(sources.map(({ file }) => roomOf(file)))).toEqual(new Set(Object.keys(mayImport)));
  });

  it("no room imports one that it must not know", () => {
    expect(sources.flatMap(importsOf).filter(isForbidden).map(describeImport)).toEqual([]);
  });

  it("would find a breach, also behind import type and a dynamic import", () => {
    const text =
      'import type { A } from "#effects/cri/connect.ts";\nconst b = await import("../workflows/x.ts");\nimport "p-queue";\n';
    const found = importsOf({ file: "src/domain/x.ts", text }).filter(isForbidden).map(describeImport);
    expect(found).toEqual([
      "src/domain/x.ts:1 imports #effects/cri/connect.ts",
      "src/domain/x.ts:2 imports ../workflows/x.ts",
      "src/domain/x.ts:3 imports p-queue",
    ]);
  });

  it("a test beside its file may use the test kit, and nothing else outside src", () => {
    expect(sources.flatMap(importsOf).filter(({ target }) => /^(\.\.\/)+test\/(?!kit\/)/.test(target))).toEqual([]);
  });
});

describe("only few places touch the outside", () => {
  const code = sources.filter(({ file }) => !file.endsWith(".test.ts") && !file.includes("/generated/"));
  const guilty = (pattern: RegExp, allowed: RegExp): string[] =>
    code.flatMap(({ file, text }) =>
      allowed.test(file)
        ? []
        : text
            .split("\n")
            .flatMap((line, index) =>
              pattern.test(withoutComment(line)) ? [`${file}:${index + 1} ${line.trim()}`] : [],
            ),
    );

  it("the process: bin", () => {
    expect(guilty(/\bprocess\.(?!stdout\b|stderr\b|exitCode\b)|node:process/, /^src\/bin\//)).toEqual([]);
  });

  it("the clock and timers: effects/system, and the page that runs in a browser", () => {
    const time = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bset(?:Timeout|Interval|Immediate)\(|node:timers/;
    expect(guilty(time, /^src\/(?:effects\/system|present\/html\/app)\//)).toEqual([]);
  });

  it("files and sockets: effects and embedded", () => {
    expect(
      guilty(
        /"node:(?:fs|net|http|https|http2|child_process|os|dns|tls)(?:\/promises)?"/,
        /^src\/(?:effects|embedded|bin)\//,
      ),
    ).toEqual([]);
  });
});

function readSources(): { file: string; text: string }[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:tsx?|js)$/.test(path))
    .map((path) => `src/${path}`)
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

function importsOf({ file, text }: { file: string; text: string }): Import[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/g;
  return Array.from(text.matchAll(pattern), (match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length,
    target: match[1] ?? "",
  }));
}

function isForbidden({ file, target }: Import): boolean {
  const room = roomOf(file);
  const isTest = file.endsWith(".test.ts");
  const other = targetRoom(file, target);
  if (other === undefined) return !isTest && packagesOf[room] !== undefined && !packagesOf[room].includes(target);
  if (other === room || (isTest && ["test", "data", "vectors"].includes(other))) return false;
  return !mayImport[room]?.includes(other);
}

/** The room of a path inside the project, or undefined for a package. */
function targetRoom(file: string, target: string): string | undefined {
  if (target.startsWith("#")) return target.slice(1).split("/")[0];
  if (!target.startsWith(".")) return undefined;
  const path = new URL(target, `file:///${file}`).pathname.slice(1);
  return path.startsWith("src/") ? roomOf(path) : path.split("/")[0];
}

function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function withoutComment(line: string): string {
  return line.replace(/^\s*(?:\*|\/\*|\/\/).*|\s\/\/ .*$/, "");
}

function describeImport({ file, line, target }: Import): string {
  return `${file}:${line} imports ${target}`;
}
