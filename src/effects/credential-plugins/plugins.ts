/**
 * Credential provider plugins as the kubelet runs them (pkg/credentialprovider/plugin/plugin.go ExecPlugin): the program of
 * that name in the folder of plugins, a request on its standard input, one minute, an answer on its standard output.
 */
import { resolve } from "node:path";
import type { CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";
import { fail, type Result } from "#domain/result.ts";
import type { CredentialPlugins } from "#ports/credential-plugin.ts";
import { decodeAnswer } from "./decode-answer.ts";
import { type FinishedProgram, type Program, type ProgramPorts, runProgram } from "./run-program.ts";
import { whatItSaid } from "./said.ts";

export interface CredentialPluginOptions extends ProgramPorts {
  /** Where the programs are. */
  readonly binDir: string;
  /** What the programs see of it is all, with their provider's own variables on top. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @default 60000, as in the kubelet */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** An answer holds a few tokens; the kubelet knows no limit, but this must stay small. */
const ANSWER_MAX = 1024 * 1024;

export function credentialPlugins(options: CredentialPluginOptions): CredentialPlugins {
  return {
    async ask(provider, repository, signal) {
      const program = programOf(provider, repository, options);
      return answerOf(provider, program, await runProgram(program, options, signal));
    },
  };
}

function programOf(provider: CredentialProvider, image: string, options: CredentialPluginOptions): Program {
  const { apiVersion } = provider;
  const own = provider.env.map(({ name, value }) => [name, value.reveal()] as const);
  return {
    path: resolve(options.binDir, provider.name),
    args: provider.args.map((arg) => arg.reveal()),
    environment: { ...options.environment, ...Object.fromEntries(own) },
    input: `${JSON.stringify({ kind: "CredentialProviderRequest", apiVersion, image })}\n`,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    stdoutMax: ANSWER_MAX,
  };
}

function answerOf(
  provider: CredentialProvider,
  program: Program,
  { end, stdout, stderr }: FinishedProgram,
): Result<PluginAnswer, string> {
  const text = stdout.toString("utf8");
  const said = (why: string): string =>
    `${why}; ${whatItSaid(stderr, { provider, environment: program.environment, stdout: text })}`;
  switch (end.kind) {
    case "exited": {
      if (end.code !== 0) return fail(said(`it exited with code ${end.code}`));
      const answer = decodeAnswer(text, provider.apiVersion);
      return answer.ok ? answer : fail(said(answer.error));
    }
    case "ended-by-signal":
      return fail(said(`it was ended by ${end.signal}`));
    case "timed-out":
      return fail(said(`it did not end within ${program.timeoutMs / 1_000} s, and was killed`));
    case "too-much-output":
      return fail(said(`it printed more than ${program.stdoutMax / 1024} KiB, and was killed`));
    case "not-started":
      return fail(`${program.path} ${whyNotStarted(end.code)}`);
    case "stopped":
      return fail("it was stopped");
  }
}

function whyNotStarted(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "cannot be run: it, or the interpreter that its first line names, does not exist";
    case "EACCES":
    case "EPERM":
      return "may not be executed by this user";
    case "ENOEXEC":
      return "is no program for this machine";
    default:
      return `cannot be run (${code})`;
  }
}
