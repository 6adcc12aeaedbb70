import { type Application, type CommandContext, generateHelpTextForAllCommands } from "@stricli/core";
import { describe, expect, it } from "vitest";
import { larderApplication } from "#commands/application.ts";
import { documents } from "../kit/documents.ts";

// No command is run, so no context is needed.
const application = larderApplication("VERSION") as unknown as Application<CommandContext>;
const flagsOf = new Map(
  generateHelpTextForAllCommands(application).map(([route, help]) => {
    const [, flags = ""] = help.split("\nFLAGS\n");
    return [route, new Set(Array.from(flags.matchAll(/^.*?(?<![\w-])(--[a-z][a-z-]*)/gm), ([, flag = ""]) => flag))];
  }),
);

/** Every command line that a page shows: in blocks for shells and sessions, and in the middle of sentences. */
function commandLines(page: string): readonly string[] {
  const blocks = Array.from(page.matchAll(/^```(\w*)\n(.*?)^```/gms), ([, language = "", text = ""]) => {
    const lines = text.replaceAll(/\\\n\s*/g, " ").split("\n");
    if (language === "console") return lines.flatMap((line) => /^[$#] (.*)/.exec(line)?.[1] ?? []);
    return ["sh", "yaml", "groovy"].includes(language) ? lines : [];
  }).flat();
  const prose = page.replaceAll(/^```.*?^```/gms, "");
  return [...blocks, ...Array.from(prose.matchAll(/`(larder [^`\n]+)`/g), ([, code = ""]) => code)];
}

/** The calls of larder in a command line, each as its words; `-n larder` is a namespace. */
function callsIn(line: string): readonly (readonly string[])[] {
  const parts = line.replace(/(?:^|\s)#.*$/, "").split(/\||&&|;|>|\$\(|\)/);
  return parts.flatMap((part) => {
    const call = /(?:^|(?<!-n)[\s"'])(?:larder|node dist\/larder\.js)((?: [^"'\s]+| "[^"]*"| '[^']*')+)/.exec(
      part,
    )?.[1];
    return call === undefined ? [] : [call.trim().split(/\s+/)];
  });
}

/** @returns what the program does not know of a call, or undefined */
function whyUnknown(words: readonly string[]): string | undefined {
  const verbs = words.slice(0, words.findIndex((word) => !/^[a-z]+$/.test(word)) >>> 0);
  // A group that shows something does so also without the word.
  const routes = [verbs.slice(0, 2), verbs.slice(0, 1), [...verbs.slice(0, 1), "show"]].map((parts) =>
    ["larder", ...parts].join(" "),
  );
  const route = routes.find((candidate) => flagsOf.has(candidate));
  const options = words.flatMap((word) => /^--[a-z][a-z-]*/.exec(word)?.[0] ?? []);
  if (route === undefined) {
    if (verbs.length === 0)
      return options.every((option) => ["--version", "--help"].includes(option)) ? undefined : "it";
    const isGroup = [...flagsOf.keys()].some((known) => known.startsWith(`${routes[1]} `));
    return isGroup && options.length === 0 ? undefined : routes[1];
  }
  return options.find((option) => flagsOf.get(route)?.has(option) !== true && option !== "--help");
}

describe("commands in documents", () => {
  it("are commands of the program, with options that these have", () => {
    const calls = [...documents()].flatMap(([path, page]) =>
      commandLines(page).flatMap((line) => callsIn(line).map((words) => ({ path, line, words }))),
    );
    expect(calls.length).toBeGreaterThan(20);
    const unknown = calls.flatMap(({ path, line, words }) => {
      const why = whyUnknown(words);
      return why === undefined ? [] : [`${path}: ${line}: ${why} is not known`];
    });
    expect(unknown).toEqual([]);
  });

  it("would be found if they were none", () => {
    const page =
      "`larder up --wiat`\n\n```sh\nlarder stock -f x | larder fetch --quiet # --no\n```\n\n```console\n$ larder explain image --set a=b\n```\n";
    const found = commandLines(page).flatMap(callsIn).map(whyUnknown);
    expect(found.toSorted()).toEqual(["--set", "--wiat", "larder stock", undefined]);
  });
});
