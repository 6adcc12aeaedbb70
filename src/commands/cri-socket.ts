import type { Issue } from "#domain/issue.ts";
import { parseSocketPath, WELL_KNOWN_SOCKETS } from "#domain/runtime/sockets.ts";

export const criSocketFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief:
    "UNIX socket of the container runtime [default: the first well-known one that answers, such as /run/containerd/containerd.sock]",
  placeholder: "path",
} as const;

/** @returns where to look for the runtime, in order, or what is wrong with what was written */
export function socketsOf(written: string | undefined): { paths: readonly string[]; issues: readonly Issue[] } {
  if (written === undefined) return { paths: WELL_KNOWN_SOCKETS.map((socket) => socket.path), issues: [] };
  const path = parseSocketPath(written);
  if (path.ok) return { paths: [path.value], issues: [] };
  const issue: Issue = {
    code: "OPTION_INVALID",
    at: { file: "--cri-socket" },
    problem: `"${written}" ${path.error}`,
    remedy: "write it as /run/containerd/containerd.sock or unix:///run/containerd/containerd.sock",
  };
  return { paths: [], issues: [issue] };
}
