import type { DockerConfig } from "#domain/credentials/keyring.ts";
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import { withoutUserInfo } from "#domain/image/without-user-info.ts";
import { describeIssue, type Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { DockerConfigIssue } from "#inputs/docker-config/read-docker-config.ts";
import type { Files } from "#ports/files.ts";
import { readDockerConfigFile } from "../credentials/docker-configs.ts";
import { type ConfiguredPlugins, readPlugins } from "../credentials/plugins.ts";
import type { ExplainImageFlags } from "./image-command.ts";

export interface ExplainImageInputs {
  readonly reference: ImageReference;
  readonly pullSecrets: readonly DockerConfig[];
  readonly nodeConfig?: DockerConfig;
  readonly plugins?: ConfiguredPlugins;
  readonly warnings: readonly Issue[];
}

export interface ExplainImageFailure {
  readonly issues: readonly Issue[];
  /** What a kubelet would say of the first one, or else all of them. */
  readonly summary: string;
}

/** Everything that `larder explain image` is told, read and checked. */
export async function readExplainImageInputs(
  flags: ExplainImageFlags,
  image: string,
  files: Files,
): Promise<Result<ExplainImageInputs, ExplainImageFailure>> {
  const reference = parseImageReference(image);
  const secrets = await Promise.all((flags.dockerConfig ?? []).map((file) => readPullSecret(file, files)));
  const nodeConfig = await readNodeConfig(flags.nodeConfig, files);
  const { plugins, ...pluginFindings } = await readPlugins(flags, files);
  const issues: DockerConfigIssue[] = [
    ...(reference.ok ? [] : [invalidImage(withoutUserInfo(image), reference.error)]),
    ...secrets.flatMap(({ issue }) => issue ?? []),
    ...(nodeConfig.issue ? [nodeConfig.issue] : []),
    ...pluginFindings.issues,
  ];
  if (!reference.ok || issues.length > 0) return fail({ issues, summary: summaryOf(issues) });
  return ok({
    reference: reference.value,
    pullSecrets: secrets.flatMap(({ config }) => config ?? []),
    ...(nodeConfig.config && { nodeConfig: nodeConfig.config }),
    ...(plugins && { plugins }),
    warnings: [...secrets, nodeConfig, pluginFindings].flatMap(({ warnings }) => warnings),
  });
}

/** One file stands for one secret; an empty key of a secret is no credential and no error. */
function readPullSecret(file: string, files: Files): ReturnType<typeof readDockerConfigFile> {
  const source = { kind: "docker-config", file } as const;
  return readDockerConfigFile(file, files, { source, mayBeEmpty: true });
}

/** A node config that cannot be parsed is as good as none for the kubelet, which looks for another then (pkg/credentialprovider/config.go). */
async function readNodeConfig(file: string | undefined, files: Files): ReturnType<typeof readDockerConfigFile> {
  if (file === undefined) return { warnings: [] };
  const format = /(?:^|\/)\.dockercfg$/.test(file) ? "dockercfg" : "config.json";
  const read = await readDockerConfigFile(file, files, { source: { kind: "node-config", file }, format });
  if (!read.issue || read.issue.code === "FILE_UNREADABLE") return read;
  return {
    warnings: [{ ...read.issue, remedy: "correct the file; the kubelet passes over it and offers nothing of it" }],
  };
}

function invalidImage(image: string, why: string): Issue {
  const problem = `${JSON.stringify(image)} ${why}`;
  return { code: "IMAGE_REFERENCE_INVALID", at: { file: "argument 1" }, problem, remedy: "correct the name" };
}

function summaryOf(issues: readonly DockerConfigIssue[]): string {
  const [first] = issues;
  return first?.kubelet ?? issues.map(describeIssue).join("\n");
}
