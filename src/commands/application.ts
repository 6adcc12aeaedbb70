/**
 * The commands as data: names, flags and texts are here, what they do is loaded when they run, so that `--help` and
 * `--version` stay fast.
 */
import { buildApplication, buildRouteMap, text_en } from "@stricli/core";
import { InputError } from "#domain/issue.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { ClusterError } from "./cluster/cluster-error.ts";
import { demoCommand } from "./demo/command.ts";
import { explainRoutes } from "./explain/routes.ts";
import { fetchCommand } from "./fetch/command.ts";
import { reportCommand } from "./report/command.ts";
import { verifyCommand } from "./verify/command.ts";
import type { LarderContext } from "./world.ts";

const root = buildRouteMap<string, LarderContext>({
  routes: {
    fetch: fetchCommand,
    verify: verifyCommand,
    report: reportCommand,
    explain: explainRoutes,
    demo: demoCommand,
  },
  docs: {
    brief: "Stocks container images on Kubernetes nodes",
    fullDescription: [
      "Stocks container images on a Kubernetes node before they are needed.",
      "",
      "Exit codes: 0 all images are there; 1 some are not, and waiting would not help; 2 wrong usage or input;",
      "3 the deadline passed; 4 the runtime could not be reached at all; 130 interrupted.",
    ].join("\n"),
  },
});

/** @param version shown by --version and written into event streams */
export function larderApplication(version: string): ReturnType<typeof buildApplication<LarderContext>> {
  return buildApplication(root, {
    name: "larder",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: {
      disableAnsiColor: true,
      caseStyle: "convert-camel-to-kebab",
      onlyRequiredInUsageLine: true,
    },
    localization: {
      text: {
        ...text_en,
        noCommandRegisteredForInput: (args) => `larder: ${text_en.noCommandRegisteredForInput(args)}`,
        exceptionWhileLoadingCommandFunction: describeLoadingFailure,
        exceptionWhileRunningCommand: describeFailure,
        exceptionWhileParsingArguments: describeFailure,
      },
    },
    determineExitCode: exitCodeOfError,
  });
}

function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof ClusterError) return error.exitCode;
  return error instanceof InputError ? ExitCode.Usage : ExitCode.Incomplete;
}

/** What a person can act on; a stack trace is for those who ask for it. */
function describeFailure(error: unknown): string {
  if (error instanceof InputError) return describeInputError(error);
  const message = error instanceof Error ? error.message : String(error);
  return `larder: ${message}`;
}

/** Larder's image for nodes holds fetch and leaves the files of the other commands out. */
function describeLoadingFailure(error: unknown): string {
  const isAbsent = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  if (!isAbsent) return describeFailure(error);
  return "larder: this command is not here: the image for nodes holds only fetch; the npm package kube-larder has them all";
}

function describeInputError(error: InputError): string {
  const count = error.issues.length;
  return `${error.message}\nlarder: ${count === 1 ? "this must be corrected" : `these ${count} problems must be corrected`} first; nothing was started`;
}
