import type { CommandContext } from "@stricli/core";
import type { Issue } from "#domain/issue.ts";
import type { Result } from "#domain/result.ts";
import type { ExitCode } from "#domain/run/exit-code.ts";
import type { Clock } from "#ports/clock.ts";
import type { CredentialPlugins } from "#ports/credential-plugin.ts";
import type { CriRuntime } from "#ports/cri.ts";
import type { Files, ReadStandardInput, TemporaryFolder } from "#ports/files.ts";
import type { ClusterChoice, KubernetesApi } from "#ports/kubernetes.ts";
import type { RegistryReader } from "#ports/registry.ts";
import type { Terminal } from "#ports/terminal.ts";
import type { RegistrySettings } from "./registries/settings.ts";

/** Everything outside the program that a command may touch. `bin` builds the real one, tests build their own. */
export interface World {
  /** Of this Larder. */
  readonly version: string;
  readonly clock: Clock;
  readonly files: Files;
  readonly terminal: Terminal;
  /** Standard input to its end, or until `signal` aborts (then it throws). Nothing is read before it is asked for. */
  readonly stdin: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** The same as a whole, up to 16 MiB. */
  readonly readStandardInput: ReadStandardInput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hostName: string;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A text that no other run has. */
  readonly newRunId: () => string;
  readonly temporaryFolder: () => Promise<TemporaryFolder>;
  /** @param binDir the folder of their programs */
  readonly openCredentialPlugins: (binDir: string) => Promise<CredentialPlugins>;
  readonly connectCri: (socket: string) => Promise<CriRuntime>;
  readonly openRegistries: (settings: RegistrySettings) => Promise<RegistryReader>;
  /** Asks nothing of the cluster yet. @returns the API, or what is wrong with the kubeconfig */
  readonly openKubernetes: (choice: ClusterChoice) => Promise<Result<KubernetesApi, Issue>>;
}

/** What a command's function is called with as `this`. */
export interface LarderContext extends CommandContext {
  readonly world: World;
  /** Set once by every command. */
  exitCode: ExitCode;
}
