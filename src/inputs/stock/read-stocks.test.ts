import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import { fail, ok } from "#domain/result.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { readStockPlaces, readStocks, type StockSources } from "./read-stocks.ts";

const head = "apiVersion: larder.dev/v1alpha1\nkind: Stock\nmetadata: {name: qa}\nspec:\n";

/** Reads what stands in these files; `-` is standard input. */
async function read(texts: Readonly<Record<string, string>>, sources: Partial<StockSources> = {}) {
  const bytesOf = (path: string) => {
    const text = texts[path];
    return text === undefined ? fail("does not exist") : ok(Buffer.from(text));
  };
  const files = { read: async (path: string) => bytesOf(path) };
  const ports = { files, readStandardInput: async () => bytesOf("-") };
  return readStocks({ files: ["stock.yaml"], placeholders: new Map(), ...sources }, ports);
}

async function issuesOf(texts: string | Readonly<Record<string, string>>, sources?: Partial<StockSources>) {
  try {
    await read(typeof texts === "string" ? { "stock.yaml": texts } : texts, sources);
  } catch (error) {
    if (error instanceof InputError) return error.issues.map(formatIssue);
    throw error;
  }
  return [];
}

async function stockOf(spec: string, sources?: Partial<StockSources>): Promise<Stock> {
  const { stocks } = await read({ "stock.yaml": head + spec }, sources);
  const [stock] = stocks;
  if (stock === undefined || stocks.length > 1) throw new Error(`${stocks.length} Stocks`);
  return stock;
}

const spelled = (stock: Stock): string[] => stock.images.map(({ reference }) => reference.written);
const codes = (issues: readonly Issue[]): string[] => issues.map(({ code }) => code);

describe("a Stock", () => {
  it("needs a name and images, and has a default for everything else", async () => {
    expect(await stockOf("  images: [busybox]\n")).toEqual({
      name: "qa",
      namespace: "larder",
      images: [{ reference: expect.objectContaining({ written: "busybox" }) }],
      pullSecrets: [],
      method: "kubelet",
      nodes: { os: "linux", architectures: [], requirements: [], names: [], tolerations: [] },
      pacing: { spreadMs: 0, shelfSize: 8 },
      timeoutMs: 1_200_000,
      graceMs: 0,
      nodeLabels: new Map(),
    });
  });

  it("can say everything", async () => {
    const spec = `
  images:
    - r.io/a:1
    - {ref: r.io/b:1, secrets: [ci/other, ci/more], platform: linux/arm64}
    - {ref: r.io/c:1, secrets: []}
  pullSecrets: [ci/quay]
  method: hybrid
  nodes:
    selector: {pool: ci, "node-role.kubernetes.io/worker": ""}
    names: [worker-1, ip-10-0-0-1.ec2.internal]
    os: linux
    arch: arm64
    tolerations:
      - {operator: Exists}
      - {key: dedicated, value: ci, effect: NoSchedule}
      - {key: flaky, operator: Exists, effect: NoExecute, tolerationSeconds: 60}
  pacing: {spread: 1m30s, shelfSize: 4}
  timeout: 1h
  grace: 1.5s
  nodeLabels: {larder.dev/qa: stocked}
`;
    expect(await stockOf(spec)).toMatchObject({
      images: [
        { reference: { written: "r.io/a:1" } },
        {
          reference: { written: "r.io/b:1" },
          secrets: [
            { namespace: "ci", name: "other" },
            { namespace: "ci", name: "more" },
          ],
          platform: { os: "linux", architecture: "arm64" },
        },
        { reference: { written: "r.io/c:1" }, secrets: [] },
      ],
      pullSecrets: [{ namespace: "ci", name: "quay" }],
      method: "hybrid",
      nodes: {
        os: "linux",
        architectures: ["arm64"],
        requirements: [
          { key: "pool", operator: "In", values: ["ci"] },
          { key: "node-role.kubernetes.io/worker", operator: "In", values: [""] },
        ],
        names: ["worker-1", "ip-10-0-0-1.ec2.internal"],
        tolerations: [
          { operator: "Exists" },
          { operator: "Equal", key: "dedicated", value: "ci", effect: "NoSchedule" },
          { operator: "Exists", key: "flaky", effect: "NoExecute", tolerationSeconds: 60 },
        ],
      },
      pacing: { spreadMs: 90_000, shelfSize: 4 },
      timeoutMs: 3_600_000,
      graceMs: 1_500,
      nodeLabels: new Map([["larder.dev/qa", "stocked"]]),
    });
  });

  it("takes a selector in the string form, too", async () => {
    const { nodes } = await stockOf("  images: [a]\n  nodes: {selector: 'pool in (a, b), !gpu'}\n");
    expect(nodes.requirements).toEqual([
      { key: "pool", operator: "In", values: ["a", "b"] },
      { key: "gpu", operator: "DoesNotExist" },
    ]);
  });

  it("may be one of several in a file, and of several files; aliases are followed", async () => {
    const two = `${head}  images: &images [a, b]\n---\n# nothing\n---\n${head.replace("qa", "qb")}  images: [c]\n...\n`;
    const other = `${head.replace("qa", "qc")}  images: &i [d]\n  imageLists: *i\n`;
    const { stocks } = await read({ "a.yaml": two, "b.yaml": other, d: "e\n" }, { files: ["a.yaml", "b.yaml"] });
    expect(stocks.map((stock) => [stock.name, ...spelled(stock)])).toEqual([
      ["qa", "a", "b"],
      ["qb", "c"],
      ["qc", "d", "e"],
    ]);
  });

  it("reads with CRLF and a byte order mark, and places stay right", async () => {
    const text = `\ufeff${head}  images: [a]\n  x: 1\n`.replaceAll("\n", "\r\n");
    expect(await issuesOf(text)).toEqual([expect.stringMatching(/^stock\.yaml:6:3: "spec\.x" is an unknown field/)]);
  });
});

describe("images of a Stock", () => {
  it("come from the Stock, then from its lists (paths from its folder), then from the command line", async () => {
    const { stocks } = await read(
      {
        "deploy/stock.yaml": `${head}  images:\n    - r.io/a:\${T}\n  imageLists: [l/one.txt, ../two.txt, /abs.txt]\n`,
        "deploy/l/one.txt": "r.io/b:${T} # b\n",
        "two.txt": "r.io/c\n",
        "/abs.txt": "r.io/d\n",
        "more.txt": "r.io/e\n",
        "-": "r.io/f:${T}\n",
      },
      { files: ["deploy/stock.yaml"], imagesFrom: ["more.txt", "-"], placeholders: new Map([["T", "1"]]) },
    );
    const images = ["r.io/a:1", "r.io/b:1", "r.io/c", "r.io/d", "r.io/e", "r.io/f:1"];
    expect(stocks.map(spelled)).toEqual([images]);
  });

  it("a Stock may come from standard input; its lists start at the working folder", async () => {
    const { stocks } = await read({ "-": `${head}  imageLists: [l.txt]\n`, "l.txt": "r.io/a" }, { files: ["-"] });
    expect(stocks.map(spelled)).toEqual([["r.io/a"]]);
    expect(await issuesOf({ "-": `${head}  method: x\n` }, { files: ["-"] })).toContain(
      'standard input:5:11: "spec.method" is "x"; write kubelet, cri or hybrid [FIELD_INVALID]',
    );
  });

  it("with options in the Stock lie in a list, too; two spellings of one image stay two", async () => {
    const spec = "  images: [b, {ref: a, secrets: [x/y]}, 'docker.io/library/a:latest']\n  imageLists: [l.txt]\n";
    const { stocks, warnings } = await read({ "stock.yaml": head + spec, "l.txt": "a\nb\n" });
    expect(stocks.map(spelled)).toEqual([["b", "a", "docker.io/library/a:latest"]]);
    expect(stocks[0]?.images[1]?.secrets).toEqual([{ namespace: "x", name: "y" }]);
    expect(warnings.map(formatIssue)).toEqual([
      "l.txt:2:1: b is already listed (stock.yaml line 5); remove one of them [IMAGE_DUPLICATE]",
    ]);
  });

  it("cannot have two sets of options", async () => {
    const spec = "  images:\n    - {ref: a, secrets: [x/y]}\n    - {ref: a, secrets: []}\n";
    expect(await issuesOf(head + spec)).toEqual([
      "stock.yaml:7:13: a is already listed with other secrets or another platform (stock.yaml line 6); list it once [IMAGE_CONFLICTING]",
    ]);
  });

  it("have their placeholders filled as in lists, with the place of each that is not", async () => {
    const spec = '  images: ["r.io/${A}/b:${B}", "r.io/c:${B:-1}"]\n';
    expect(await issuesOf(head + spec)).toEqual([
      "stock.yaml:5:18: ${A} has no value; give one with --set A=VALUE [PLACEHOLDER_UNSET]",
      "stock.yaml:5:25: ${B} has no value; give one with --set B=VALUE [PLACEHOLDER_UNSET]",
      expect.stringMatching(/^stock\.yaml:5:40: "\$\{B:-1\}" is not a placeholder.*\[PLACEHOLDER_MALFORMED\]$/),
    ]);
  });

  it("say which value nobody asked for", async () => {
    const placeholders = new Map([
      ["TAG", "1"],
      ["TGA", "1"],
    ]);
    const { warnings } = await read({ "stock.yaml": `${head}  images: ["a:\${TAG}"]\n` }, { placeholders });
    expect(warnings.map(formatIssue)).toEqual([
      "--set: no image has ${TGA} in it; check the name, or leave the option out [PLACEHOLDER_UNUSED]",
    ]);
  });

  it("must be named; lists without any are a warning", async () => {
    expect(await issuesOf(`${head}  {}\n`)).toEqual([
      "stock.yaml:3:18: the Stock has no images; list some under spec.images, or name a file under spec.imageLists [NO_IMAGES]",
    ]);
    const { stocks, warnings } = await read({ "stock.yaml": `${head}  imageLists: [l]\n`, l: "# none yet\n" });
    expect(stocks.map(spelled)).toEqual([[]]);
    expect(codes(warnings)).toEqual(["NO_IMAGES"]);
  });

  it("of a list that cannot be read are an issue where the list is named", async () => {
    expect(await issuesOf(`${head}  imageLists: [a.txt, "\${X}.txt", ""]\n`)).toEqual([
      "stock.yaml:5:16: the image list a.txt does not exist; name a file that can be read [FILE_UNREADABLE]",
      expect.stringMatching(/^stock\.yaml:5:24: "\$\{X\}\.txt" has a placeholder, and those are filled in images only/),
      expect.stringMatching(/^stock\.yaml:5:36: "" is empty/),
    ]);
  });

  it("are all looked at: ten thousand entries, one in a hundred garbage", async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `    - ${n % 100 === 7 ? `Bad${n}` : `r.io/app:${n}`}\n`);
    expect(await issuesOf(`${head}  images:\n${lines.join("")}`)).toHaveLength(100);
  });
});

describe("what is wrong", () => {
  it("is said all at once, in the order of the file, with what to write instead", async () => {
    const text = readFileSync("test/golden/stock/wrong.yaml", "utf8");
    const issues = await issuesOf({ "wrong.yaml": text }, { files: ["wrong.yaml"] });
    expectGolden("stock/wrong.txt", `${issues.join("\n")}\n`);
  });

  it("is only the head where the document is something else", async () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n";
    expect(await issuesOf(text)).toEqual([
      'stock.yaml:1:13: "apiVersion" is "v1"; write larder.dev/v1alpha1 [FIELD_INVALID]',
      'stock.yaml:2:7: "kind" is "ConfigMap"; write Stock [FIELD_INVALID]',
    ]);
  });

  it.each([
    ["", "stock.yaml: there is no Stock in it; write one"],
    ["# only a comment\n---\n", "stock.yaml: there is no Stock in it"],
    ["- a\n", 'stock.yaml:1:1: "the document" is a list; make it a map'],
    ["just text", 'stock.yaml:1:1: "the document" is text; make it a map'],
    ["a: [1", "stock.yaml:1:6: this is not YAML (flow sequence"],
    ["a: b: c", "stock.yaml:1:4: this is not YAML (nested mappings"],
    ["a: !nonsense x", "stock.yaml:1:4: this is not YAML (unresolved tag: !nonsense)"],
    ["a: *b", "stock.yaml:1:4: the alias *b has no anchor before it"],
    [`a: &a [x]\nb: [${"*a,".repeat(101)}]`, "stock.yaml:1:1: there are more than 100 aliases"],
    [`${head}  images: [a:\${T}]`, "write the image in quotes, since a brace ends it otherwise"],
    ["[".repeat(50_000), "the YAML is nested too deeply; correct it"],
    ["a:\n? [b]\n: c", '"[ b ]" is an unknown field'],
    [`${head}  images: [a]\n  images: [b]\n`, 'stock.yaml:6:3: "images" is there twice; remove one of them'],
    [`${head}  images: [a]\n  __proto__: {}\n`, '"spec.__proto__" is an unknown field'],
    [`${head}  images: [a]\n  constructor: {}\n`, '"spec.constructor" is an unknown field'],
    [`${head}  images:\n`, 'stock.yaml:5:3: "spec.images" is empty; give it a list, or remove it'],
    [`${head}  images: r.io/a\n`, "write a list with one image an entry"],
    [`${head}  nodes: {selector: {matchLabels: {a: b}}}\n`, "write the labels themselves, as in pool: ci"],
    [`${head}  nodes: {selector: "a in b"}\n`, 'stock.yaml:5:22: "a in b" has a part that is no requirement'],
    [`${head}  nodes: {selector: [a]}\n`, '"spec.nodes.selector" is a list; make it text or a map'],
    [`${head}  nodes: {arch: [amd64, arm65]}\n`, 'stock.yaml:5:25: "arm65" is not known (did you mean arm64?)'],
    [
      `${head}  nodeLabels: {a: 1.10}\n`,
      'stock.yaml:5:19: "spec.nodeLabels.a" is 1.1, not text; write it in quotes: "1.10"',
    ],
    [`${head.replace("qa", "x".repeat(41))}  images: [a]\n`, "has 41 characters, and 40 are allowed"],
    [
      `${head.replace("qa}", `qa, namespace: ${"x".repeat(57)}}`)}  images: [a]\n`,
      "has 57 characters, and 56 are allowed",
    ],
  ])("%j", async (text, expected) => {
    const [first, ...rest] = await issuesOf(text);
    expect([first, ...rest].join("\n")).toContain(expected);
  });

  it("in one document hides nothing of the next", async () => {
    expect(await issuesOf(`a: [1\n---\n${head}  metod: cri\n  images: [a]\n`)).toEqual([
      expect.stringMatching(/^stock\.yaml:3:1: this is not YAML|^stock\.yaml:2:1: this is not YAML/),
      'stock.yaml:7:3: "spec.metod" is an unknown field; did you mean method? [FIELD_UNKNOWN]',
    ]);
  });

  it("with the files is said, too", async () => {
    expect(await issuesOf({}, { files: ["a.yaml", "b.yaml"] })).toEqual([
      "a.yaml: the Stock does not exist; name a file that can be read [FILE_UNREADABLE]",
      "b.yaml: the Stock does not exist; name a file that can be read [FILE_UNREADABLE]",
    ]);
    const good = `${head}  images: [a]\n`;
    expect(await issuesOf({ a: good, b: good }, { files: ["a", "b"] })).toEqual([
      "b:3:18: there is already a Stock qa in the namespace larder; give it another name [STOCK_DUPLICATE]",
    ]);
    const other = good.replace("qa", "qb");
    expect(await issuesOf({ a: good, b: other, c: "x" }, { files: ["a", "b"], imagesFrom: ["c"] })).toEqual([
      "--images-from: it adds images to one Stock, and there are 2; name the file of one Stock [OPTION_INVALID]",
    ]);
    expect(await issuesOf({ a: good }, { files: ["a"], imagesFrom: ["gone.txt"] })).toEqual([
      "gone.txt: the image list does not exist; name a file that can be read [FILE_UNREADABLE]",
    ]);
    expect(await issuesOf({ "-": good }, { files: ["-"], imagesFrom: ["-"] })).toContainEqual(
      expect.stringMatching(/^--images-from: standard input is named twice/),
    );
  });

  it("is also a file that is no text", async () => {
    const files = { read: async () => ok(Buffer.from([0x61, 0xff, 0xfe])) };
    const reading = readStocks(
      { files: ["x"], placeholders: new Map() },
      { files, readStandardInput: async () => ok(Buffer.alloc(0)) },
    );
    await expect(reading).rejects.toThrow("x: the Stock is not UTF-8 text");
  });
});

it("a field that changes nothing with this method is a warning at its place", async () => {
  const warningsFor = async (spec: string) =>
    (await read({ "stock.yaml": `${head}  images: [a]\n${spec}` })).warnings.map(formatIssue);
  expect(await warningsFor("  pacing: {spread: 1m}\n")).toEqual([
    'stock.yaml:6:12: "spec.pacing.spread" changes nothing: the method kubelet has no agents; remove it, or choose another method [OPTION_WITHOUT_EFFECT]',
  ]);
  expect(await warningsFor("  method: cri\n  pacing: {spread: 1m, shelfSize: 4}\n")).toEqual([
    expect.stringContaining("the method cri has no shelves"),
  ]);
  expect(await warningsFor("  method: hybrid\n  pacing: {spread: 1m, shelfSize: 4}\n")).toEqual([]);
});

describe("the names of Stocks alone", () => {
  const placesOf = (text: string) =>
    readStockPlaces(["stock.yaml"], {
      files: { read: async (path) => (path === "stock.yaml" ? ok(Buffer.from(text)) : fail("does not exist")) },
      readStandardInput: async () => ok(Buffer.alloc(0)),
    });

  it("need no value for a placeholder, and no list", async () => {
    expect(await placesOf(`${head}  images: ["a:\${TAG}"]\n  imageLists: [absent.txt]\n`)).toEqual([
      { name: "qa", namespace: "larder" },
    ]);
  });

  it("need a file that is right otherwise", async () => {
    await expect(placesOf(`${head}  images: [Wrong]\n`)).rejects.toThrow(/stock.yaml:5:12: "Wrong" has upper-case/);
    await expect(placesOf(`${head}  method: none\n`)).rejects.toThrow(/"spec.method"/);
  });
});

describe("the examples", () => {
  const files = readdirSync("examples").filter((file) => file.endsWith(".yaml"));

  it("are there", () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(files)("examples/%s is a good Stock, explains itself and helps editors", async (file) => {
    const path = `examples/${file}`;
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/schema\/stock\.schema\.json\n#\n# \w[^\n]{30}/);
    const placeholders = text.includes("${TAG}") ? new Map([["TAG", "1.2.3"]]) : new Map<string, string>();
    const ports = {
      files: { read: async (name: string) => ok(readFileSync(name)) },
      readStandardInput: async () => fail("is not there"),
    };
    const { stocks, warnings } = await readStocks({ files: [path], placeholders }, ports);
    expect(warnings.map(formatIssue)).toEqual([]);
    for (const stock of stocks) expect(stock.images.length).toBeGreaterThan(0);
  });
});
