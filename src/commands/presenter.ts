import type { Presenter } from "#present/presenter.ts";
import { textPresenter } from "#present/text/presenter.ts";
import type { FetchFlags } from "./fetch/command.ts";
import type { World } from "./world.ts";

/** The one presenter that writes on standard output: for machines on request, else for people, with a live display where there is a window. */
export async function openPresenter(
  flags: Pick<FetchFlags, "output" | "quiet">,
  { terminal, environment, clock }: Pick<World, "terminal" | "environment" | "clock">,
): Promise<Presenter> {
  const { stdout } = terminal;
  switch (flags.output) {
    case "json":
      return (await import("#present/json/presenter.ts")).jsonPresenter(stdout);
    case "ndjson":
      return (await import("#present/ndjson/presenter.ts")).ndjsonPresenter(stdout);
    case "text": {
      const colour = wantsColour(stdout.isTTY, environment);
      if (!stdout.isTTY || flags.quiet || environment["TERM"] === "dumb")
        return textPresenter(stdout, { quiet: flags.quiet, colour });
      return (await import("#present/terminal/presenter.ts")).terminalPresenter(stdout, clock, { colour });
    }
  }
}

/** https://no-color.org: any text that is not empty turns colours off. */
function wantsColour(isTTY: boolean, environment: World["environment"]): boolean {
  return isTTY && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}
