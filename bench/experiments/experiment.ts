import type { Finding } from "../report.ts";

export interface Setting {
  /** A program with the same `fetch` flags to compare with; undefined: none was given. */
  readonly reference: string | undefined;
  /** How often each candidate is measured in long experiments; short ones do more. */
  readonly rounds: number;
  /** Tells somebody who waits what is under way. */
  readonly say: (line: string) => void;
}

/** Measures, and names what it measured in the document by the section of the same name. */
export type Experiment = (setting: Setting) => Promise<Finding>;
