import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listBelow } from "./files-below.ts";

let desk: string;

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-below-"));
});

afterEach(() => rm(desk, { recursive: true }));

describe("listBelow", () => {
  it("lists every file at any depth, in order, and enters neither links nor what it shall not", async () => {
    for (const folder of ["b/deep", "a", ".git", "empty"]) await mkdir(join(desk, folder), { recursive: true });
    for (const file of ["z.yaml", "b/deep/x.yaml", "b/a.yaml", "a/1", ".git/config"])
      await writeFile(join(desk, file), "");
    await symlink(join(desk, "b"), join(desk, "link"));
    await symlink(join(desk, "z.yaml"), join(desk, "link.yaml"));
    const listed = await listBelow(desk, (name) => !name.startsWith("."));
    const files = ["a/1", "b/a.yaml", "b/deep/x.yaml", "z.yaml"].map((file) => join(desk, file));
    expect(listed).toEqual({ ok: true, value: files });
  });

  it("tells a file from what is not there", async () => {
    await writeFile(join(desk, "file"), "");
    expect(await listBelow(join(desk, "file"), () => true)).toEqual({ ok: true, value: undefined });
    expect(await listBelow(join(desk, "gone"), () => true)).toEqual({ ok: false, error: "does not exist" });
  });
});
