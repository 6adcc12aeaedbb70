import { describe, expect, it } from "vitest";
import { imagesToPull } from "#domain/image/images-to-pull.ts";
import { formatIssue } from "#domain/issue.ts";
import { parseImageArguments, parseImageList } from "./image-list.ts";

const none = new Map<string, string>();
const written = (text: string, values = none) =>
  parseImageList("l.txt", text, values).references.map((entry) => entry.reference.written);
const issues = (text: string, values = none) => parseImageList("l.txt", text, values).issues.map(formatIssue);

describe("an image list", () => {
  it("has comments, blank lines, CRLF and a byte order mark", () => {
    expect(written("\ufeff# all\r\n\r\n  r.io/a:1  \r\nr.io/b:1 # why\r\n#r.io/c\n")).toEqual(["r.io/a:1", "r.io/b:1"]);
  });

  it("names file, line and column of everything that is wrong, not only of the first", () => {
    expect(issues("r.io/a:1\n  Busybox\nr.io/b:1:2\n")).toEqual([
      'l.txt:2:3: "Busybox" has upper-case letters in its repository; correct it, or leave it out [IMAGE_REFERENCE_INVALID]',
      'l.txt:3:1: "r.io/b:1:2" is not an image reference ([registry[:port]/]repository[:tag][@digest]); correct it, or leave it out [IMAGE_REFERENCE_INVALID]',
    ]);
  });

  it("fills placeholders by given values only", () => {
    expect(written("r.io/a:${TAG}", new Map([["TAG", "1.2"]]))).toEqual(["r.io/a:1.2"]);
    expect(issues("r.io/${A}/b:${B}")).toEqual([
      "l.txt:1:6: ${A} has no value; give one with --set A=VALUE [PLACEHOLDER_UNSET]",
      "l.txt:1:13: ${B} has no value; give one with --set B=VALUE [PLACEHOLDER_UNSET]",
    ]);
    expect(issues("r.io/a:${TAG:-x}")[0]).toMatch(/PLACEHOLDER_MALFORMED/);
    expect(issues("r.io/a:${TAG")[0]).toMatch(/PLACEHOLDER_MALFORMED/);
  });

  it("is read in full: ten thousand lines, one in a hundred garbage", () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => (n % 100 === 7 ? `Garbage ${n}!` : `r.io/team/app:${n}`));
    const list = parseImageList("l.txt", lines.join("\n"), none);
    expect(list.issues).toHaveLength(100);
    expect(list.references).toHaveLength(9_900);
    expect(list.issues[1]?.at).toEqual({ file: "l.txt", line: 108, column: 1 });
  });

  it("never quotes more of a line than a person reads, nor control characters", () => {
    const [issue] = issues(`\u001b[31m${"x ".repeat(5_000)}`);
    expect(issue?.length).toBeLessThan(400);
    expect(issue).not.toContain("\u001b");
  });
});

it("images on the command line are read by the same rules", () => {
  const list = parseImageArguments(["r.io/a:1", "r.io/A"], none);
  expect(list.references).toHaveLength(1);
  expect(list.issues[0]?.at).toEqual({ file: "argument 2" });
});

describe("images to pull", () => {
  const join = (text: string) => imagesToPull(parseImageList("l.txt", text, none).references);

  it("one image under two spellings is one pull with both names", () => {
    expect(join("busybox\nr.io/a:1\ndocker.io/library/busybox:latest\n").images).toMatchObject([
      { reference: { written: "busybox" }, names: ["busybox", "docker.io/library/busybox:latest"] },
      { reference: { written: "r.io/a:1" }, names: ["r.io/a:1"] },
    ]);
  });

  it("the same line again is one warning each", () => {
    const { images, warnings } = join("r.io/a:1\nr.io/a:1\n");
    expect(images).toHaveLength(1);
    expect(warnings.map(formatIssue)).toEqual([
      "l.txt:2:1: r.io/a:1 is already listed (l.txt line 1); remove one of them [IMAGE_DUPLICATE]",
    ]);
  });
});
