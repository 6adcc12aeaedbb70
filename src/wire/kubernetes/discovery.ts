/** What the server says of itself: its version, its groups and their resources. */
import { isRecord } from "./object.ts";

/** @param value answer of `/version`; distributions write a minor version of `35+` */
export function decodeVersion(value: unknown): { major: number; minor: number; text: string } | undefined {
  if (!isRecord(value)) return undefined;
  const { gitVersion, major, minor } = value;
  if (typeof gitVersion !== "string") return undefined;
  const [, first, second] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major: Number(first ?? numberAtStart(major)),
    minor: Number(second ?? numberAtStart(minor)),
    text: gitVersion,
  };
}

/** @param value answer of `/apis` */
export function decodeGroups(value: unknown): readonly string[] | undefined {
  return namesIn(value, "groups");
}

/** @param value answer of `/apis/GROUP/VERSION` */
export function decodeResources(value: unknown): readonly string[] | undefined {
  return namesIn(value, "resources");
}

function namesIn(value: unknown, field: string): readonly string[] | undefined {
  const list = isRecord(value) ? value[field] : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry["name"] === "string" ? [entry["name"]] : [],
  );
}

function numberAtStart(value: unknown): string {
  return (typeof value === "string" && /^\d+/.exec(value)?.[0]) || "0";
}
