import { describe, expect, it } from "vitest";
import { explainImage } from "#commands/explain/image.ts";
import { testWorld } from "../kit/test-world.ts";
import { readVectors } from "../kit/vectors.ts";

/** The questions to a real kubelet's keyring, asked of `larder explain image`: one file for each pull secret. */
interface Question {
  readonly name: string;
  readonly secrets?: readonly Secret[];
  readonly nodeConfig?: string;
  readonly image: string;
  readonly repository?: string;
  readonly usernames: readonly string[];
  readonly credentials: readonly { readonly source: string }[];
  readonly error?: string;
}

interface Secret {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  readonly dockerconfigjson?: string;
  readonly dockercfg?: string;
}

interface Answer {
  readonly image: string;
  readonly repository?: string;
  readonly offers?: readonly { readonly source: string; readonly key: string; readonly username: string }[];
  readonly error?: string;
}

describe("explain image answers as a kubelet does", () => {
  it.each(readVectors<Question>("keyring").map((question) => [question.name, question] as const))(
    "%s",
    async (_name, question) => {
      const { exitCode, answer } = await explain(question);
      expect(answer.image).toBe(question.image);
      if (question.error !== undefined) {
        expect(exitCode).toBe(2);
        expect(Object.keys(answer)).toEqual(["image", "error"]);
        if (/^(?:json:|couldn't parse)/.test(question.error)) expect(answer.error).not.toBe("");
        else expect(answer.error).toBe(question.error);
        return;
      }
      expect(exitCode).toBe(0);
      expect(Object.keys(answer)).toEqual(["image", "repository", "offers"]);
      expect(answer.repository).toBe(question.repository);
      expect(answer.offers?.map((offer) => offer.username)).toEqual(question.usernames);
      expect(answer.offers?.map((offer) => offer.source)).toEqual(
        question.credentials.map(({ source }) =>
          source === "node"
            ? "node-config /node/config.json"
            : source.replace(/^secret (.*)$/, "docker-config /secrets/$1"),
        ),
      );
    },
  );
});

async function explain({ secrets = [], nodeConfig, image }: Question): Promise<{ exitCode: number; answer: Answer }> {
  const files: Record<string, string> = nodeConfig === undefined ? {} : { "/node/config.json": nodeConfig };
  const dockerConfig: string[] = [];
  for (const secret of secrets) {
    if (secret.type === "Opaque") continue;
    const file = `/secrets/${secret.namespace}/${secret.name}`;
    files[file] = secret.dockerconfigjson ?? secret.dockercfg ?? "";
    dockerConfig.push(file);
  }
  const { context, stdout } = testWorld({ files });
  const flags = { dockerConfig, output: "json" as const };
  await explainImage.call(
    context,
    nodeConfig === undefined ? flags : { ...flags, nodeConfig: "/node/config.json" },
    image,
  );
  return { exitCode: context.exitCode, answer: JSON.parse(stdout.text) as Answer };
}
