import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { InstantClock } from "../../../test/kit/instant-clock.ts";
import { type RawAnswer, rawGet } from "../../../test/kit/raw-get.ts";
import { type Image, makeImage } from "../images/image.ts";
import { pushImage } from "../images/push-image.ts";
import type { Account } from "./accounts.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "./embedded-registry.ts";
import { TOKEN_LIFETIME_SECONDS } from "./tokens.ts";

const admin: Account = { username: "admin", password: new SecretText("all of it") };
const team: Account = { username: "team", password: new SecretText("some: of it"), repositories: ["team", "shared/x"] };
const image: Image = await makeImage({ files: { a: "b" } });
const clock = new InstantClock();

async function startWith(authentication: "basic" | "token"): Promise<EmbeddedRegistry> {
  const publicRepositories = ["open"];
  const registry = await startEmbeddedRegistry({ clock, accounts: [admin, team], publicRepositories, authentication });
  for (const repository of ["open/app", "team/app", "teamwork/app", "shared/x/app", "secret"]) {
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository, tag: "1.0", image, credential: admin, signal });
  }
  return registry;
}

function basic(username: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

const asTeam = basic("team", team.password.reveal());
const asAdmin = basic("admin", admin.password.reveal());
const asNobody = {};
const withWrongPassword = basic("team", "wrong");

describe("Basic authentication per repository", () => {
  let registry: EmbeddedRegistry;
  beforeAll(async () => {
    registry = await startWith("basic");
  });
  afterAll(async () => registry.close());

  const ask = (path: string, headers: Record<string, string>, method = "GET"): Promise<RawAnswer> =>
    rawGet(`${registry.url}/v2/${path}`, { method, headers: { accept: image.manifest.mediaType, ...headers } });

  it.each([
    ["open/app", asNobody, 200],
    ["open/app", asTeam, 200],
    ["open/app", withWrongPassword, 401],
    ["open/app", { authorization: "Basic" }, 401],
    ["open/app", { authorization: "Digest abc" }, 401],
    ["team/app", asNobody, 401],
    ["team/app", asTeam, 200],
    ["team/app", asAdmin, 200],
    ["team/app", withWrongPassword, 401],
    ["teamwork/app", asTeam, 403],
    ["shared/x/app", asTeam, 200],
    ["secret", asTeam, 403],
    ["secret", asAdmin, 200],
  ])("%s with %o: %i", async (repository, headers, status) => {
    expect((await ask(`${repository}/manifests/1.0`, headers)).status).toBe(status);
    expect((await ask(`${repository}/blobs/${image.config.digest}`, headers, "HEAD")).status).toBe(status);
  });

  it.each([
    ["open/app", asNobody, 401],
    ["open/app", asTeam, 403],
    ["team/app", asTeam, 202],
  ])("writing to %s with %o: %i", async (repository, headers, status) => {
    expect((await ask(`${repository}/blobs/uploads/`, headers, "POST")).status).toBe(status);
  });

  it("mounts a blob only from where the account may read", async () => {
    const mountFrom = (from: string): Promise<RawAnswer> =>
      ask(`team/new/blobs/uploads/?mount=${image.config.digest}&from=${from}`, asTeam, "POST");
    expect((await mountFrom("secret")).status).toBe(202);
    expect((await ask(`team/new/blobs/${image.config.digest}`, asTeam)).status).toBe(404);
    expect((await mountFrom("shared/x/app")).status).toBe(201);
  });
});

describe("token authentication", () => {
  let registry: EmbeddedRegistry;
  beforeAll(async () => {
    registry = await startWith("token");
  });
  afterAll(async () => registry.close());

  const ask = (repository: string, headers: Record<string, string>): Promise<RawAnswer> =>
    rawGet(`${registry.url}/v2/${repository}/manifests/1.0`, {
      headers: { accept: image.manifest.mediaType, ...headers },
    });
  const askForToken = (scope: string, headers: Record<string, string>): Promise<RawAnswer> =>
    rawGet(`${registry.url}/token?service=embedded%20registry&${scope}`, { headers });
  const bearer = async (scope: string, headers: Record<string, string>): Promise<{ authorization: string }> => {
    const answer: unknown = JSON.parse((await askForToken(scope, headers)).bytes.toString());
    if (typeof answer !== "object" || answer === null || !("token" in answer)) throw new Error("no token");
    expect(answer).toHaveProperty("expires_in", TOKEN_LIFETIME_SECONDS);
    expect(answer).toHaveProperty("access_token", answer.token);
    return { authorization: `Bearer ${String(answer.token)}` };
  };

  it("says where tokens are and for what one is needed", async () => {
    const answer = await ask("team/app", asNobody);
    expect(answer.status).toBe(401);
    const realm = `realm="${registry.url}/token",service="embedded registry"`;
    expect(answer.headers["www-authenticate"]).toBe(`Bearer ${realm},scope="repository:team/app:pull"`);
    expect((await rawGet(`${registry.url}/v2/`)).headers["www-authenticate"]).toBe(`Bearer ${realm}`);
  });

  it("reads public repositories without any", async () => {
    expect((await ask("open/app", asNobody)).status).toBe(200);
  });

  it.each([
    ["team/app", asTeam, 200],
    ["team/app", asNobody, 401],
    ["open/app", asNobody, 200],
    ["secret", asTeam, 401],
  ])("a token for %s fetched with %o: %i", async (repository, headers, status) => {
    const token = await bearer(`scope=repository:${repository}:pull`, headers);
    expect((await ask(repository, token)).status).toBe(status);
  });

  it("a token is good for its scopes only, and the answer says that this is why", async () => {
    const token = await bearer("scope=repository:team/app:pull&scope=repository:other:pull", asTeam);
    const answer = await ask("shared/x/app", token);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(
      /,scope="repository:shared\/x\/app:pull",error="insufficient_scope"$/,
    );
  });

  it("a token for several repositories", async () => {
    const token = await bearer("scope=repository:team/app:pull%20repository:shared/x/app:pull,push", asTeam);
    expect((await ask("team/app", token)).status).toBe(200);
    expect((await ask("shared/x/app", token)).status).toBe(200);
  });

  it("a token expires", async () => {
    const token = await bearer("scope=repository:team/app:pull", asTeam);
    await clock.sleep(TOKEN_LIFETIME_SECONDS * 1_000);
    expect((await ask("team/app", token)).status).toBe(401);
  });

  it("an invented token and a wrong password are refused", async () => {
    expect((await ask("team/app", { authorization: "Bearer abc" })).status).toBe(401);
    expect((await askForToken("scope=repository:team/app:pull", withWrongPassword)).status).toBe(401);
  });

  it("takes Basic as well", async () => {
    expect((await ask("team/app", asTeam)).status).toBe(200);
  });
});

it("a registry without token authentication has no token endpoint", async () => {
  const registry = await startEmbeddedRegistry({ clock });
  expect((await rawGet(`${registry.url}/token`)).status).toBe(404);
  await registry.close();
});
