import { type Application, type CommandContext, generateHelpTextForAllCommands } from "@stricli/core";
import { expect, it } from "vitest";
import { larderApplication } from "#commands/application.ts";
import { expectFresh } from "../kit/golden.ts";

/** docs/cli.md is what `--help` says, command by command; `npm run golden` writes it. */
it("the CLI reference is what the commands declare", () => {
  // No command is run, so no context is needed.
  const application = larderApplication("VERSION") as unknown as Application<CommandContext>;
  const commands = generateHelpTextForAllCommands(application);
  expect(commands.length).toBeGreaterThan(1);
  const sections = commands.map(([route, help]) => `## ${route}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``);
  expectFresh(
    "docs/cli.md",
    ["# Commands", "The same texts as `larder COMMAND --help`.", ...sections, ""].join("\n\n"),
  );
});
