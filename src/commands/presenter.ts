import { type OutputFormat, type OutputOptions, openPresenter } from "#present/open.ts";
import type { Presenter } from "#present/presenter.ts";
import type { World } from "./world.ts";

/** The presenter on standard output: a live display only in a window. */
export function openOutput(
  output: OutputFormat,
  quiet: boolean,
  world: Pick<World, "terminal" | "environment" | "clock">,
  options: Pick<OutputOptions, "manyNodes"> = {},
): Promise<Presenter> {
  const { terminal, clock } = world;
  const look = { quiet, live: isLive(world), colour: colourOf(world) };
  return openPresenter(output, terminal.stdout, clock, { ...look, ...options });
}

/** Colours only where nobody minds (https://no-color.org). */
export function colourOf(world: Pick<World, "terminal" | "environment">): boolean {
  return isLive(world) && !world.environment["NO_COLOR"];
}

/** A terminal called `dumb` can move no cursor. */
function isLive({ terminal, environment }: Pick<World, "terminal" | "environment">): boolean {
  return terminal.stdout.isTTY && environment["TERM"] !== "dumb";
}
