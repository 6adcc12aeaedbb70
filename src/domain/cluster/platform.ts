/** What a node runs, in Go's words, as the labels `kubernetes.io/os` and `kubernetes.io/arch` tell it. */

import { nearestWord } from "../nearest-word.ts";
import { fail, ok, type Result } from "../result.ts";

/** Windows nodes have neither image volumes nor a CRI socket that Larder reaches. */
export const NODE_OPERATING_SYSTEMS = ["linux"] as const;
export const NODE_ARCHITECTURES = ["amd64", "arm64", "arm", "ppc64le", "s390x", "riscv64", "loong64"] as const;

export type NodeOperatingSystem = (typeof NODE_OPERATING_SYSTEMS)[number];
export type NodeArchitecture = (typeof NODE_ARCHITECTURES)[number];

export interface Platform {
  readonly os: NodeOperatingSystem;
  readonly architecture: NodeArchitecture;
}

/** Names that other tools use for the same machines (`uname -m`, Rust, Docker's documentation). */
const otherNames: Readonly<Record<string, NodeArchitecture>> = {
  aarch64: "arm64",
  armhf: "arm",
  armv6: "arm",
  armv7: "arm",
  armv7l: "arm",
  loongarch64: "loong64",
  ppc64el: "ppc64le",
  riscv: "riscv64",
  x64: "amd64",
  x86_64: "amd64",
};

/** @returns what `OS/ARCHITECTURE` names, or why it names nothing, as a clause that follows the quoted text */
export function parsePlatform(text: string): Result<Platform, string> {
  const [first = "", second, ...variant] = text.split("/");
  if (second === undefined) return fail("has no slash between system and architecture");
  if (variant.length > 0) return fail("has a variant, and no label of a node tells which one it has");
  const os = parseOperatingSystem(first);
  const architecture = parseArchitecture(second);
  if (!os.ok) return fail(`has a system that ${os.error}`);
  if (!architecture.ok) return fail(`has an architecture that ${architecture.error}`);
  return ok({ os: os.value, architecture: architecture.value });
}

export function formatPlatform({ os, architecture }: Platform): string {
  return `${os}/${architecture}`;
}

/** @returns the system, or why there is none, as a clause that follows the quoted text */
export function parseOperatingSystem(text: string): Result<NodeOperatingSystem, string> {
  if (isOperatingSystem(text)) return ok(text);
  return fail(text === "windows" ? "cannot be stocked" : "is not known");
}

/** @returns the architecture, or why there is none, as a clause that follows the quoted text */
export function parseArchitecture(text: string): Result<NodeArchitecture, string> {
  if (isArchitecture(text)) return ok(text);
  const meant = otherNames[text.toLowerCase()] ?? nearestWord(text, NODE_ARCHITECTURES);
  return fail(meant === undefined ? "is not known" : `is not known (did you mean ${meant}?)`);
}

function isArchitecture(text: string): text is NodeArchitecture {
  return NODE_ARCHITECTURES.some((known) => known === text);
}

function isOperatingSystem(text: string): text is NodeOperatingSystem {
  return NODE_OPERATING_SYSTEMS.some((known) => known === text);
}
