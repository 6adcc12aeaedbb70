import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { redactText } from "#domain/failure/redact.ts";

/** Shorter texts are no secrets but words such as `true`, without which no message can be read. */
const SECRET_LENGTH_MIN = 6;
const SAID_START = 600;
const SAID_END = 400;
const secretName = /pass|secret|token|key|credential|auth/i;

export interface PluginSecrets {
  readonly provider: CredentialProvider;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: string;
}

/**
 * What a plugin wrote on standard error, short and on one line. What may be a secret is taken out: values that its
 * configuration gives it, those of the environment whose name says so, and passwords that it answered.
 */
export function whatItSaid(stderr: Buffer, from: PluginSecrets): string {
  const clean = redactText(stderr.toString("utf8"), secretsOf(from)).replace(/\s+/g, " ").trim();
  if (clean === "") return "it said nothing";
  const isShort = clean.length <= SAID_START + SAID_END;
  return `it said: ${isShort ? clean : `${clean.slice(0, SAID_START)} … ${clean.slice(-SAID_END)}`}`;
}

function secretsOf({ provider, environment, stdout }: PluginSecrets): SecretText[] {
  const inherited = Object.entries(environment).flatMap(([name, value]) =>
    secretName.test(name) && value ? [value] : [],
  );
  const configured = provider.env.map(({ value }) => value.reveal());
  return [...inherited, ...configured, ...optionValues(provider.args), ...passwordsIn(stdout)]
    .filter((text) => text.length >= SECRET_LENGTH_MIN)
    .map((text) => new SecretText(text));
}

/** `--name=value`, and what follows an option; the first word of a command is neither. */
function optionValues(args: readonly SecretText[]): string[] {
  return args.flatMap((arg, index) => {
    const text = arg.reveal();
    if (text.startsWith("-")) return text.includes("=") ? [text.slice(text.indexOf("=") + 1)] : [];
    return args[index - 1]?.reveal().startsWith("-") ? [text] : [];
  });
}

/** Also of an answer that is cut off or wrong in another way. */
function passwordsIn(stdout: string): string[] {
  return Array.from(stdout.matchAll(/"password"\s*:\s*("(?:[^"\\]|\\.)*")/gi), ([, quoted = '""']) => {
    try {
      return String(JSON.parse(quoted));
    } catch {
      return quoted.slice(1, -1);
    }
  });
}
