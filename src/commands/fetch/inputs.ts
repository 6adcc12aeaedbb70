import type { DockerConfig } from "#domain/credentials/keyring.ts";
import { type ImageToPull, imagesToPull } from "#domain/image/images-to-pull.ts";
import { InputError, type Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import { type Placeholders, parseImageArguments, unusedPlaceholders } from "#inputs/image-list/image-list.ts";
import { readImageList } from "#inputs/image-list/read-image-list.ts";
import type { Files } from "#ports/files.ts";
import { readDockerConfigFile } from "../credentials/docker-configs.ts";
import { type ConfiguredPlugins, readPlugins } from "../credentials/plugins.ts";
import { socketsOf } from "../cri-socket.ts";
import { readReportRequest } from "../reports/read-request.ts";
import type { FetchFlags } from "./command.ts";

export interface FetchInputs {
  readonly images: readonly ImageToPull[];
  /** As it was written, one after the other, repetitions included. */
  readonly asked: readonly string[];
  readonly pullSecrets: readonly DockerConfig[];
  readonly plugins?: ConfiguredPlugins;
  readonly sockets: readonly string[];
  readonly warnings: readonly Issue[];
  readonly reports: ReportRequest;
}

/**
 * Everything that `larder fetch` is told, read and checked before anything is pulled.
 * @throws InputError with all that is wrong, not only the first
 */
export async function readFetchInputs(
  flags: FetchFlags,
  images: readonly string[],
  files: Files,
): Promise<FetchInputs> {
  const placeholders: Placeholders = new Map(flags.set ?? []);
  const lists = await Promise.all((flags.imageListFile ?? []).map((file) => readImageList(file, placeholders, files)));
  lists.push(parseImageArguments(images, placeholders));
  const configs = await Promise.all(
    (flags.dockerConfig ?? []).map((file) =>
      readDockerConfigFile(file, files, { source: { kind: "docker-config", file } }),
    ),
  );
  const { plugins, ...pluginFindings } = await readPlugins(flags, files);
  const joined = imagesToPull(lists.flatMap((list) => list.references));
  const sockets = socketsOf(flags.criSocket);
  const reports = await readReportRequest(flags, files);
  const issues = [
    ...checkOptions(flags, images),
    ...lists.flatMap((list) => list.issues),
    ...configs.flatMap((config) => config.issue ?? []),
    ...pluginFindings.issues,
    ...sockets.issues,
    ...reports.issues,
  ];
  if (issues.length > 0) throw new InputError(issues);
  return {
    images: joined.images,
    asked: lists.flatMap((list) => list.references.map(({ reference }) => reference.written)),
    pullSecrets: configs.flatMap(({ config }) => config ?? []),
    ...(plugins && { plugins }),
    sockets: sockets.paths,
    warnings: [
      ...joined.warnings,
      ...configs.flatMap((config) => config.warnings),
      ...pluginFindings.warnings,
      ...unusedPlaceholders(
        lists.flatMap((list) => list.placeholders),
        placeholders,
      ),
      ...optionWarnings(flags, joined.images),
      ...reports.warnings,
    ],
    reports: reports.request,
  };
}

function checkOptions(flags: FetchFlags, images: readonly string[]): Issue[] {
  const issues: Issue[] = [];
  if (images.length === 0 && !flags.imageListFile?.length) {
    const remedy = "name images as arguments, or give a list with --image-list-file";
    issues.push({ code: "NO_IMAGES", at: { file: "larder fetch" }, problem: "there is nothing to pull", remedy });
  }
  return issues;
}

function optionWarnings(flags: FetchFlags, images: readonly ImageToPull[]): Issue[] {
  const warnings: Issue[] = [];
  if (images.length === 0) {
    const at = { file: flags.imageListFile?.[0] ?? "larder fetch" };
    warnings.push({
      code: "NO_IMAGES",
      at,
      problem: "there is no image in any list",
      remedy: "add one line per image",
    });
  }
  if (flags.metricsEndpoint !== undefined) {
    warnings.push({
      code: "OPTION_WITHOUT_EFFECT",
      at: { file: "--metrics-endpoint" },
      problem: "nothing is sent to it: results need no endpoint",
      remedy: "read them from standard output with --output ndjson or json",
    });
  }
  return warnings;
}
