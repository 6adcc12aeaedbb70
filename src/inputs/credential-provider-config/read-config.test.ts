import { describe, expect, it } from "vitest";
import { describeIssue, formatPlace } from "#domain/issue.ts";
import { readCredentialProviderConfig } from "./read-config.ts";

const HEAD = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n";
const EXEC = "credentialprovider.kubelet.k8s.io/v1";

function provider(name: string, more = ""): string {
  return `- name: ${name}\n  matchImages: ["*.example"]\n  defaultCacheDuration: 10m\n  apiVersion: ${EXEC}\n${more}`;
}

async function issuesOf(texts: Readonly<Record<string, string>>): Promise<string[]> {
  const configs = Object.entries(texts).map(([file, text]) => ({ file, text }));
  const read = await readCredentialProviderConfig("folder", configs);
  return read.ok ? [] : read.error.map((issue) => `${formatPlace(issue.at)} ${issue.problem}`);
}

describe("what is wrong with a config is said all at once, where it stands", () => {
  it("in YAML", async () => {
    const text = `${HEAD}- name: a/b
  matchImages: ["ok.example", "b c"]
  defaultCacheDuration: -5m
  apiVersion: v1
  extra: 1
  env:
  - name: A
    value: 5
- name: x
  MatchImages: [a.example]
  apiVersion: ${EXEC}
  args: get
  tokenAttributes:
    serviceAccountTokenAudience: aud
    requireServiceAccount: false
    requiredServiceAccountAnnotationKeys: ["a", "b c"]
`;
    expect(await issuesOf({ "c.yaml": text })).toEqual([
      'c.yaml:4:3 the name "a/b" is a path',
      'c.yaml:5:31 "b c" is no image pattern',
      "c.yaml:6:3 the defaultCacheDuration is negative",
      "c.yaml:7:3 the provider's apiVersion is unknown",
      'c.yaml:8:3 "providers[0].extra" is an unknown field',
      'c.yaml:11:5 "providers[0].env[0].value" is not text',
      "c.yaml:12:3 the provider has no matchImages",
      "c.yaml:12:3 the provider has no defaultCacheDuration",
      'c.yaml:13:3 "providers[1].MatchImages" is an unknown field',
      'c.yaml:15:3 "providers[1].args" is not a list',
      "c.yaml:16:3 cacheType is missing",
      "c.yaml:19:5 annotations are required of a service account that is not",
      'c.yaml:19:49 "b c" is no annotation key',
    ]);
  });

  it("in JSON", async () => {
    const text = `{
  "apiVersion": "kubelet.config.k8s.io/v1beta1",
  "kind": "CredentialProviderConfig",
  "providers": [
    { "name": "a", "tokenAttributes": {}, "apiVersion": "${EXEC}", "defaultCacheDuration": "1d", "matchImages": ["x.example"] }
  ]
}`;
    const column = 1 + (text.split("\n")[4] ?? "").indexOf('"defaultCacheDuration"');
    expect(await issuesOf({ "c.json": text })).toEqual([
      'c.json:5:20 "providers[0].tokenAttributes" is an unknown field',
      `c.json:5:${column} the defaultCacheDuration is no duration`,
    ]);
  });

  it("in texts that are neither", async () => {
    expect(
      await issuesOf({
        "a.json": '{"kind": "CredentialProviderConfig",\n "kind": "x", }',
        "b.json": '{"kind": "x",\n "kind": "CredentialProviderConfig"}',
        "c.yaml": "kind: [\n",
        "d.yaml": "kind: a\nkind: b\n",
        "e.yaml": "",
      }),
    ).toEqual([
      "a.json:2:15 the config is not JSON",
      'b.json:2:2 the config has "kind" twice',
      "c.yaml:2:1 the config is not YAML (bad indent)",
      "d.yaml:2:1 the config has a key twice",
      "e.yaml:1:1 there is no kind",
      "e.yaml:1:1 there is no apiVersion",
    ]);
  });

  it("over several files", async () => {
    expect(
      await issuesOf({ "a.yaml": HEAD + provider("one"), "b.yaml": HEAD + provider("two") + provider("one") }),
    ).toEqual(['b.yaml:8:3 the provider "one" is already configured (a.yaml:4:3)']);
    expect(await issuesOf({})).toEqual(["folder there is no *.json, *.yaml or *.yml file in the folder"]);
    expect(await issuesOf({ "a.yaml": `${HEAD.trimEnd()} []\n` })).toEqual(["folder there is no provider in it"]);
  });
});

it("a provider that requires a service account is named once, as one that is not asked", async () => {
  const tokens = `  tokenAttributes: {serviceAccountTokenAudience: a, cacheType: Token, requireServiceAccount: true}\n`;
  const text = HEAD + provider("with", tokens) + provider("without", tokens.replace("true", "false"));
  const read = await readCredentialProviderConfig("c.yaml", [{ file: "c.yaml", text }]);
  expect(read.ok && read.value.providers.map((each) => each.requiresServiceAccount)).toEqual([true, false]);
  expect(read.ok && read.value.warnings.map(describeIssue)).toEqual([
    expect.stringMatching(/^c\.yaml:4:3: the plugin "with" is not asked: it requires a service account/),
  ]);
});

it("secrets of a config stand in no issue", async () => {
  const secret = "s3cret-value";
  const texts = [
    HEAD + provider("p", `  env: [{name: A, value: "${secret}", more: x}]\n  args: ["--password=${secret}", 5]\n`),
    HEAD + provider("p", `  env: ${secret}\n  args: {a: ${secret}}\n`),
    HEAD + provider("p", `  args: ["${secret}\n`),
    HEAD + provider("p", `  env: [{name: A, value: "\\${secret}"}]\n`),
    `{"kind": "${secret}", "apiVersion": "${secret}", "providers": "${secret}"}`,
    `{"kind": "${secret}", "kind": "${secret}"}`,
    `{"providers": [{"env": [{"value": "${secret}" ]}`,
    `*${secret}`,
    secret,
  ];
  for (const text of texts) {
    const issues = await issuesOf({ c: text });
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.join("\n")).not.toContain(secret);
  }
});
