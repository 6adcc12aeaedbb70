import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CredentialSource, describeSource } from "#domain/credentials/credential.ts";
import { credentialHash } from "#domain/credentials/credential-hash.ts";
import { createKeyring, type DockerConfig, joinKeyrings } from "#domain/credentials/keyring.ts";
import { parseImageReference, repositoryOf } from "#domain/image/reference.ts";
import { parseDockerConfig } from "#inputs/docker-config/docker-config.ts";

/** Answers of a real kubelet's keyring; the fields are told in vectors/README.md. */
interface Question {
  readonly name: string;
  readonly secrets?: readonly Secret[];
  readonly nodeConfig?: string;
  readonly image: string;
  readonly repository?: string;
  readonly usernames: readonly string[];
  readonly credentials: readonly { readonly source: string; readonly credentialHash: string }[];
  readonly error?: string;
}

interface Secret {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  readonly dockerconfigjson?: string;
  readonly dockercfg?: string;
}

const questions: Question[] = readFileSync(new URL("../../vectors/keyring.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Question);

describe("the kubelet's keyring", () => {
  it.each(questions.map((question) => [question.name, question] as const))("%s", (_name, question) => {
    const answer = ask(question);
    if (question.error !== undefined) {
      expect(answer.error).toBeDefined();
      if (!question.error.startsWith("json:") && !question.error.startsWith("couldn't parse")) {
        expect(answer.error).toBe(question.error);
      }
      return;
    }
    expect(answer.error).toBeUndefined();
    expect(answer.repository).toBe(question.repository);
    expect(answer.usernames).toEqual(question.usernames);
    expect(answer.credentials).toEqual(question.credentials);
  });
});

function ask(question: Question) {
  const reference = parseImageReference(question.image);
  if (!reference.ok) return { error: reference.error };
  const repository = repositoryOf(reference.value);
  const secrets: DockerConfig[] = [];
  for (const secret of question.secrets ?? []) {
    const text = secret.dockerconfigjson ?? secret.dockercfg;
    if (!text || secret.type === "Opaque") continue;
    const parsed = parseDockerConfig(text, secret.dockerconfigjson === undefined ? "dockercfg" : "config.json");
    if (!parsed.ok) return { error: parsed.error.kubelet ?? parsed.error.problem };
    const source: CredentialSource = { kind: "pull-secret", namespace: secret.namespace, name: secret.name };
    secrets.push({ source, entries: parsed.value.entries });
  }
  const offers = joinKeyrings([createKeyring(secrets), createKeyring(nodeConfig(question.nodeConfig))]).lookup(
    repository,
  );
  return {
    repository,
    usernames: offers.map((offer) => offer.credential.username),
    credentials: offers.map((offer) => ({
      source: offer.source.kind === "node-config" ? "node" : describeSource(offer.source),
      credentialHash: credentialHash(offer.credential),
    })),
  };
}

/** A node config that does not parse is as good as none. */
function nodeConfig(text: string | undefined): DockerConfig[] {
  const parsed = text === undefined ? undefined : parseDockerConfig(text, "config.json");
  return parsed?.ok ? [{ source: { kind: "node-config", file: "config.json" }, entries: parsed.value.entries }] : [];
}
