import { emptyFleet, foldFleetEvent } from "#domain/run/fleet.ts";
import { linesOfFleet } from "../fleet/summary.ts";
import { lineOfTrouble } from "../fleet/trouble-line.ts";
import { isLoud } from "../text/line.ts";
import { fleetFrame } from "./fleet-frame.ts";
import type { View } from "./view.ts";

/**
 * For one run on many nodes. Each trouble stays on the screen once, when the first node has it; how many have it by now is
 * in the frame, and what became of all in the summary.
 */
export function fleetView(): View {
  const fleet = emptyFleet();
  return {
    event(event) {
      const trouble = foldFleetEvent(fleet, event);
      const line = trouble?.nodes.size === 1 ? lineOfTrouble(trouble) : undefined;
      return line && isLoud(line) ? [line] : [];
    },
    frame: (window) => fleetFrame(fleet, window),
    summary: () => (fleet.runs.byKey.size === 0 ? [] : linesOfFleet(fleet)),
  };
}
