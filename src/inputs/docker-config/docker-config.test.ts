import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { parseDockerConfig } from "./docker-config.ts";
import { decodeGoBase64 } from "./go-base64.ts";
import { readDockerConfig } from "./read-docker-config.ts";

const source = { kind: "docker-config", file: "cfg.json" } as const;

function entriesOf(json: unknown) {
  const parsed = parseDockerConfig(JSON.stringify(json), "either");
  if (!parsed.ok) throw new Error(parsed.error.problem);
  return parsed.value.entries.map(({ key, credential }) => [key, credential.username, credential.password.reveal()]);
}

async function read(text: string) {
  const result = await readDockerConfig("cfg.json", Buffer.from(text), source);
  return result.ok ? result.value.warnings.map(formatIssue) : formatIssue(result.error);
}

describe("a docker config", () => {
  const auth = Buffer.from("alice:won:der").toString("base64");

  it("has auth or user and password; auth wins, and a password may hold colons", () => {
    expect(
      entriesOf({
        auths: { "r.io": { auth, username: "x", password: "y" }, "s.io": { Username: "b", PASSWORD: "c" } },
      }),
    ).toEqual([
      ["r.io", "alice", "won:der"],
      ["s.io", "b", "c"],
    ]);
  });

  it("may be a legacy .dockercfg, the map itself", () => {
    expect(entriesOf({ "r.io": { auth: auth.replaceAll("=", "") } })).toEqual([["r.io", "alice", "won:der"]]);
  });

  it("of a docker client without auths holds no entries", () => {
    expect(entriesOf({ credsStore: "desktop", currentContext: "x" })).toEqual([]);
    expect(entriesOf({})).toEqual([]);
  });

  it("names what a node cannot use, with its place", async () => {
    const text = '{\n  "auths": {\n    "r.io": {"identitytoken": "t0ken"}\n  },\n  "credsStore": "desktop"\n}';
    const warnings = await read(text);
    expect(warnings).toEqual([
      expect.stringMatching(/^cfg\.json:3:5: "identitytoken" is ignored.*DOCKER_CONFIG_UNUSABLE_ON_NODE/),
      expect.stringMatching(/^cfg\.json:5:3: "credsStore" is ignored/),
    ]);
  });
});

describe("a docker config that cannot be used says where and why, and shows nothing of it", () => {
  it.each([
    [
      '{"auths": {"r.io": {"auth": "s3cret!"}}}',
      /^cfg\.json:1:21: "auths\.r\.io\.auth" is not base64 \(the kubelet says: illegal base64 data at input byte 6\)/,
    ],
    ['{"auths": {"r.io": {"auth": "YWxpY2U="}}}', /has no colon between user and password/],
    ['{"auths": {"r.io": {"password": 7}}}', /^cfg\.json:1:21: "auths\.r\.io\.password" is not text/],
    ['{"auths": {"r.io": "s3cret"}}', /"auths\.r\.io" is not an object/],
    ['{"auths": ["s3cret"]}', /"auths" is not an object of registries/],
    ['["s3cret"]', /^cfg\.json: the docker config is not a JSON object/],
    ['{\n "auths": s3cret }', /^cfg\.json:2:11: the docker config is not JSON;/],
    ['{"auths": {"r.io": {"auth": "s3cr', /the kubelet says: unexpected end of JSON input/],
    ["", /unexpected end of JSON input/],
  ])("%s", async (text, expected) => {
    const issue = await read(text);
    expect(issue).toMatch(expected);
    expect(issue).not.toContain("s3cr");
  });
});

it("a password prints as *** wherever it goes", () => {
  const parsed = parseDockerConfig('{"auths":{"r.io":{"username":"a","password":"s3cret"}}}', "either");
  expect(
    JSON.stringify(parsed) +
      inspect(parsed, { depth: 9 }) +
      String(parsed.ok && parsed.value.entries[0]?.credential.password),
  ).not.toContain("s3cret");
});

describe("base64 as Go reads it", () => {
  it("agrees with the encoder, padded or not, with line ends anywhere", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), fc.nat(60), (bytes, padded, at) => {
        const encoded = Buffer.from(bytes).toString("base64");
        const text = padded ? encoded : encoded.replaceAll("=", "");
        const broken = `${text.slice(0, at)}\r\n${text.slice(at)}`;
        expect(decodeGoBase64(broken)).toEqual({ ok: true, value: Buffer.from(bytes) });
      }),
    );
  });

  it.each([
    ["%%%", 0],
    ["YWJj*", 4],
    ["YW Jj", 2],
    ["YWJjZ", 4],
    ["YQ=", 3],
    ["YQ=x=", 2],
    ["YQ==x=", 4],
    ["=", 0],
    ["YWJjZA", undefined],
    ["YWJjZGU=\n", undefined],
  ])("%j: illegal at %s", (text, at) => {
    const decoded = decodeGoBase64(text);
    if (at === undefined) expect(decoded.ok).toBe(true);
    else expect(decoded).toEqual({ ok: false, error: `illegal base64 data at input byte ${at}` });
  });
});
