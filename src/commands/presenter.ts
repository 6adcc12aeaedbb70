import { type OutputFormat, openPresenter } from "#present/open.ts";
import type { Presenter } from "#present/presenter.ts";
import type { World } from "./world.ts";

/** The presenter on standard output: a live display only in a window, colours only where nobody minds (https://no-color.org). */
export function openOutput(
  output: OutputFormat,
  quiet: boolean,
  { terminal, environment, clock }: Pick<World, "terminal" | "environment" | "clock">,
): Promise<Presenter> {
  const live = terminal.stdout.isTTY && environment["TERM"] !== "dumb";
  return openPresenter(output, terminal.stdout, clock, { quiet, live, colour: live && !environment["NO_COLOR"] });
}
