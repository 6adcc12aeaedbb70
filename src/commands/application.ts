/**
 * The commands as data: names, flags and texts are here, what they do is loaded when they run, so that `--help` and
 * `--version` stay fast.
 */
import { buildApplication, buildRouteMap, text_en } from "@stricli/core";
import { awaitCommand } from "./await/command.ts";
import { demoCommand } from "./demo/command.ts";
import { downCommand } from "./down/command.ts";
import { explainRoutes } from "./explain/routes.ts";
import { describeFailure, describeLoadingFailure, exitCodeOfError } from "./failures.ts";
import { fetchCommand } from "./fetch/command.ts";
import { guardRoutes } from "./guard/routes.ts";
import { policyRoutes } from "./policy/routes.ts";
import { removeCommand } from "./remove/command.ts";
import { renderCommand } from "./render/command.ts";
import { reportCommand } from "./report/command.ts";
import { statusCommand } from "./status/command.ts";
import { upCommand } from "./up/command.ts";
import { verifyCommand } from "./verify/command.ts";
import type { LarderContext } from "./world.ts";

const root = buildRouteMap<string, LarderContext>({
  routes: {
    up: upCommand,
    await: awaitCommand,
    status: statusCommand,
    down: downCommand,
    render: renderCommand,
    fetch: fetchCommand,
    remove: removeCommand,
    report: reportCommand,
    verify: verifyCommand,
    policy: policyRoutes,
    guard: guardRoutes,
    explain: explainRoutes,
    demo: demoCommand,
  },
  docs: {
    brief: "Stocks container images on Kubernetes nodes",
    fullDescription: [
      "Stocks container images on the nodes of a Kubernetes cluster before they are needed.",
      "",
      "Exit codes: 0 all images are there; 1 some are not, and waiting would not help; 2 wrong usage or input;",
      "3 the deadline passed; 4 the runtime or the cluster could not be reached at all; 130 interrupted.",
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
