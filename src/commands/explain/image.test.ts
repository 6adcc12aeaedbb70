import { describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { InputError } from "#domain/issue.ts";
import { fail, ok } from "#domain/result.ts";
import type { CredentialPlugins } from "#ports/credential-plugin.ts";
import { type TestWorldSetup, testWorld } from "../../../test/kit/test-world.ts";
import { explainImage } from "./image.ts";
import type { ExplainImageFlags } from "./image-command.ts";

const PLUGIN_CONFIG = JSON.stringify({
  apiVersion: "kubelet.config.k8s.io/v1",
  kind: "CredentialProviderConfig",
  providers: ["first", "second"].map((name) => ({
    name,
    matchImages: ["*.io"],
    defaultCacheDuration: "10m",
    apiVersion: "credentialprovider.kubelet.k8s.io/v1",
  })),
});
const pluginFlags = { imageCredentialProviderConfig: "plugins.json", imageCredentialProviderBinDir: "bin" };

/** The first plugin knows a password, the second one fails. */
const plugins: CredentialPlugins = {
  async ask({ name }) {
    if (name === "second") return fail("it exited with code 1; it said nothing");
    const credential = { username: "robot", password: new SecretText("s3cret-pw"), email: "" };
    return ok({ cacheKeyType: "Image", cacheMs: 0, entries: [{ key: "r.io", credential }] });
  },
};

async function explain(image: string, flags: Partial<ExplainImageFlags>, setup: TestWorldSetup) {
  const { context, stdout, stderr } = testWorld(setup);
  const error: unknown = await explainImage
    .call(context, { output: "text", ...flags }, image)
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  const issues = error instanceof InputError ? error.message.split("\n") : [];
  return { exitCode: context.exitCode, stdout: stdout.text, stderr: stderr.text, issues };
}

function auths(entries: Readonly<Record<string, object>>): string {
  return JSON.stringify({ auths: entries });
}

describe("for people", () => {
  it("shows the offers in their order, and says what no node can use", async () => {
    const { stdout, exitCode } = await explain(
      "r.io/team/app:1",
      { dockerConfig: ["a.json", "b.json"], nodeConfig: "node.json", ...pluginFlags },
      {
        plugins,
        files: {
          "a.json": auths({ "r.io": { username: "alice", password: "s3cret-pw" } }),
          "b.json": `{"r.io/team": {"auth": "Ym9iOnMzY3JldC1wdw==", "identitytoken": "s3cret-pw"}}`,
          "node.json": auths({ "*.io": {} }),
          "plugins.json": PLUGIN_CONFIG,
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "r.io/team/app:1 is looked up as r.io/team/app.

      A node offers these credentials, one after the other until one works:

           source                 registry key  user
        1  docker-config b.json   r.io/team     bob
        2  docker-config a.json   r.io          alice
        3  node-config node.json  *.io          (no user name)
        4  plugin first           r.io          robot

      An empty credential is a credential too: it is sent, with neither user name nor password.
      If all of them are refused the pull fails: there is no anonymous attempt after them.

      warning: b.json:1:2: "identitytoken" is ignored: a node has neither the helper program nor the login session behind it; give the registry an entry with "auth", or with "username" and "password", under "auths"
      warning: the credential plugin second gave no credentials: it exited with code 1; it said nothing
      "
    `);
    expect(stdout).not.toContain("s3cret");
  });

  it("says that Docker Hub's key was used because none matches", async () => {
    const config = auths({ "https://index.docker.io/v1/": { username: "alice", password: "s3cret-pw" } });
    const { stdout } = await explain("busybox", { dockerConfig: ["a"] }, { files: { a: config } });
    expect(stdout).toMatchInlineSnapshot(`
      "busybox is looked up as docker.io/library/busybox.

      A node offers these credentials, one after the other until one works:

           source           registry key     user
        1  docker-config a  index.docker.io  alice

      Credentials of index.docker.io are offered since no other key matches docker.io/library/busybox, which counts as a name on Docker Hub.
      If all of them are refused the pull fails: there is no anonymous attempt after them.
      "
    `);
  });

  it("says that the pull is anonymous", async () => {
    expect((await explain("r.io/app", {}, {})).stdout).toMatchInlineSnapshot(`
      "r.io/app is looked up as r.io/app.

      No credential matches: the pull is anonymous, and its request carries no auth at all.
      "
    `);
  });

  it("passes over an empty secret, and over a node config that cannot be parsed, with a warning", async () => {
    const { stdout } = await explain(
      "r.io/app",
      { dockerConfig: ["empty"], nodeConfig: "node.json" },
      { files: { empty: "", "node.json": '{"auths":{"r.io":{"auth":"x"}}}' } },
    );
    expect(stdout).toMatchInlineSnapshot(`
      "r.io/app is looked up as r.io/app.

      No credential matches: the pull is anonymous, and its request carries no auth at all.

      warning: node.json:1:19: "auths.r.io.auth" is not base64 (the kubelet says: illegal base64 data at input byte 0); correct the file; the kubelet passes over it and offers nothing of it
      "
    `);
  });

  it("lists all that is wrong", async () => {
    const { issues, stdout } = await explain(
      "R.io/App",
      { dockerConfig: ["absent", "bad"], nodeConfig: "gone", imageCredentialProviderBinDir: "bin" },
      { files: { bad: "{" } },
    );
    expect(stdout).toBe("");
    expect(issues).toMatchInlineSnapshot(`
      [
        "argument 1: "R.io/App" has upper-case letters in its repository; correct the name [IMAGE_REFERENCE_INVALID]",
        "absent: the docker config does not exist; name a file that can be read [FILE_UNREADABLE]",
        "bad:1:2: the docker config is not JSON; correct the file; the kubelet would refuse every pull of a pod that uses it as pull secret [DOCKER_CONFIG_INVALID]",
        "gone: the docker config does not exist; name a file that can be read [FILE_UNREADABLE]",
        "--image-credential-provider-bin-dir: it is of no use without --image-credential-provider-config; give both or neither: plugins have a config, and their programs a folder [OPTION_INVALID]",
      ]
    `);
  });
});

describe("for machines", () => {
  it("gives one object, and says on standard error what else there is to say", async () => {
    const { stdout, stderr, exitCode } = await explain(
      "r.io/app@sha256:".concat("a".repeat(64)),
      { output: "json", ...pluginFlags },
      { plugins, files: { "plugins.json": PLUGIN_CONFIG } },
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      image: `r.io/app@sha256:${"a".repeat(64)}`,
      repository: "r.io/app",
      offers: [{ source: "plugin first", key: "r.io", username: "robot" }],
    });
    expect(stderr).toBe(
      "warning: the credential plugin second gave no credentials: it exited with code 1; it said nothing\n",
    );
  });

  it.each([
    [
      "the kubelet's words for a secret",
      { dockerConfig: ["good", "bad", "worse"] },
      "illegal base64 data at input byte 4",
    ],
    [
      "a file that is not there",
      { dockerConfig: ["absent"] },
      "absent: the docker config does not exist; name a file that can be read",
    ],
    [
      "plugins without a folder",
      { imageCredentialProviderConfig: "plugins.json" },
      "--image-credential-provider-config: it is of no use without --image-credential-provider-bin-dir; give both or neither: plugins have a config, and their programs a folder",
    ],
    [
      "a plugin config that is wrong",
      { ...pluginFlags, imageCredentialProviderConfig: "good" },
      'good:1:2: "auths" is an unknown field; remove it; known are kind, apiVersion, providers',
    ],
  ])("gives an error and ends 2: %s", async (_what, flags, error) => {
    const files = {
      good: auths({ "r.io": { username: "u", password: "p" } }),
      bad: auths({ "r.io": { auth: "abcd*" } }),
      worse: "[]",
      "plugins.json": PLUGIN_CONFIG,
    };
    const { stdout, exitCode } = await explain("r.io/app", { output: "json", ...flags }, { files });
    expect(exitCode).toBe(2);
    const answer = JSON.parse(stdout) as { image: string; error: string };
    expect(Object.keys(answer)).toEqual(["image", "error"]);
    expect(answer.error.split("\n")).toContain(error);
  });
});

describe("a folder of plugin configs", () => {
  it("is read in the order of the file names, and other files are left alone", async () => {
    const config = (name: string): string =>
      PLUGIN_CONFIG.replace("first", name).replace(/,\{"name":"second".*?\}/, "");
    const asked: string[] = [];
    const { exitCode } = await explain(
      "r.io/app",
      { ...pluginFlags, imageCredentialProviderConfig: "plugins.d" },
      {
        files: {
          "plugins.d/b.yaml": config("b"),
          "plugins.d/B.json": config("upper"),
          "plugins.d/a.yml": config("a"),
          "plugins.d/c.txt": "{",
        },
        plugins: { ask: async ({ name }) => fail(asked.push(name) > 0 ? "it said nothing" : "") },
      },
    );
    expect(exitCode).toBe(0);
    expect(asked).toEqual(["upper", "a", "b"]);
  });
});
