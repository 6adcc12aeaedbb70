import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltImage, buildImage } from "../../image/build.ts";

interface FakeFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

const files: readonly FakeFile[] = [
  { path: "base/usr/lib/libc.so.6", content: "library" },
  { path: "base/etc/passwd", content: "root" },
  { path: "node/usr/local/bin/node", content: "binary", mode: 0o755 },
  { path: "agent/larder/larder.js", content: "program" },
  { path: "agent/larder/chunk.js", content: "part" },
];

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "larder-image-test-"));
});

afterAll(() => rm(home, { recursive: true }));

/** Lays files out in a new folder, in the order given, as if it had been written at that time. */
async function layOut(laid: readonly FakeFile[], writtenAt: Date): Promise<string> {
  const folder = await mkdtemp(join(home, "layers-"));
  for (const { path, content, mode = 0o644 } of laid) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
    await utimes(file, writtenAt, writtenAt);
  }
  await mkdir(join(folder, "base/tmp"));
  await chmod(join(folder, "base/tmp"), 0o1777);
  await symlink("usr/lib", join(folder, "base/lib"));
  return folder;
}

async function build(laid: readonly FakeFile[], writtenAt: string): Promise<BuiltImage> {
  return buildImage(await layOut(laid, new Date(writtenAt)), AbortSignal.timeout(10_000));
}

describe("an image built from folders", () => {
  it("is the same wherever, whenever and in whatever order they were filled", async () => {
    const one = await build(files, "2001-01-01T00:00:00Z");
    const other = await build(files.toReversed(), "2030-12-31T23:59:59Z");
    expect(other.image.manifest.digest).toBe(one.image.manifest.digest);
  });

  it.each([
    ["a content", [{ path: "base/etc/passwd", content: "toor" }, ...files.filter(({ path }) => !/passwd/.test(path))]],
    ["a mode", files.map((file) => ({ ...file, mode: 0o755 }))],
    ["a name", [...files, { path: "agent/larder/more.js", content: "" }]],
  ])("is another one with %s changed", async (_, changed) => {
    const [one, other] = await Promise.all([build(files, "2001-01-01"), build(changed, "2001-01-01")]);
    expect(other.image.manifest.digest).not.toBe(one.image.manifest.digest);
  });

  it("keeps the layers that did not change", async () => {
    const one = await build(files, "2001-01-01");
    const other = await build([...files, { path: "agent/larder/more.js", content: "" }], "2002-02-02");
    const digests = ({ image }: BuiltImage): string[] => image.layers.map(({ digest }) => digest);
    expect(digests(other).slice(0, 2)).toEqual(digests(one).slice(0, 2));
    expect(digests(other)[2]).not.toBe(digests(one)[2]);
  });

  it("has them as layers, from the one that changes least, with modes and links", async () => {
    const { image, layers } = await build(files, "2001-01-01");
    expect(layers.map(({ name, unpackedBytes }) => [name, unpackedBytes])).toEqual([
      ["base", 11],
      ["node", 6],
      ["agent", 11],
    ]);
    const [base = new Uint8Array()] = image.layers.map(({ bytes }) => gunzipSync(bytes));
    const entries = (await unpackTar(base)).map(({ header }) => header);
    expect(entries.map(({ name, mode, linkname }) => [name, mode, linkname ?? ""])).toEqual([
      ["etc/", 0o755, ""],
      ["etc/passwd", 0o644, ""],
      ["lib", 0o777, "usr/lib"],
      ["tmp/", 0o1777, ""],
      ["usr/", 0o755, ""],
      ["usr/lib/", 0o755, ""],
      ["usr/lib/libc.so.6", 0o644, ""],
    ]);
    expect(new Set(entries.map(({ uid, gid, mtime }) => `${uid} ${gid} ${mtime?.getTime()}`))).toEqual(
      new Set(["0 0 0"]),
    );
  });

  it("says how it starts and what it is", async () => {
    const { image } = await build(files, "2001-01-01");
    expect(JSON.parse(Buffer.from(image.config.bytes).toString())).toMatchObject({
      architecture: "amd64",
      os: "linux",
      created: "1970-01-01T00:00:00.000Z",
      config: {
        User: "0",
        Entrypoint: ["/usr/local/bin/node", "--max-semi-space-size=1", "--max-old-space-size=32", "/larder/larder.js"],
        Cmd: ["--help"],
        Labels: { "org.opencontainers.image.licenses": "Apache-2.0" },
      },
    });
  });
});
