import { parseSecretName } from "#domain/cluster/secret-name.ts";
import { InputError, type Issue } from "#domain/issue.ts";
import { type Policies, policiesOf } from "#domain/policy/policy.ts";
import { readStocksOf } from "../stocks/read.ts";
import { STANDARD_INPUT, unreadableStream } from "../streams/sources.ts";
import type { World } from "../world.ts";
import type { PolicyFlags } from "./flags.ts";
import { type GiveVerdicts, savedVerdicts } from "./verdicts.ts";

/**
 * The policies of all images of the Stocks.
 * @param furtherInputs how often standard input is named besides
 * @throws InputError with what is wrong with the options, the Stocks or the verdicts
 */
export async function readPolicies(flags: PolicyFlags, world: World, furtherInputs = 0): Promise<Policies> {
  const issues = [
    ...checkStandardInput(flags, furtherInputs),
    ...checkSecrets(flags.secret ?? []),
    ...(await checkVerdicts(flags.verdicts, world)),
  ];
  if (issues.length > 0) throw new InputError(issues);
  const stocks = await readStocksOf(flags, world);
  const verdicts = await (await verdictSource(flags, world))(stocks);
  const images = stocks.flatMap((stock) => stock.images.map(({ reference }) => reference.written));
  return policiesOf(verdicts, { images: [...new Set(images)], ...(flags.secret && { secrets: flags.secret }) });
}

/** What proves, and what it needs of Kubernetes, is loaded where nothing was saved. */
async function verdictSource(flags: PolicyFlags, world: World): Promise<GiveVerdicts> {
  if (flags.verdicts !== undefined) return savedVerdicts(flags.verdicts, world);
  const { provenVerdicts } = await import("./proven-verdicts.ts");
  return provenVerdicts(flags, world);
}

function checkStandardInput({ file, imagesFrom = [], verdicts }: PolicyFlags, further: number): Issue[] {
  const named = [...file, ...imagesFrom, verdicts].filter((source) => source === STANDARD_INPUT).length + further;
  if (named <= 1) return [];
  const remedy = "name it once: it can be read only once";
  return [{ code: "OPTION_INVALID", at: { file: "-" }, problem: "standard input is named more than once", remedy }];
}

function checkSecrets(secrets: readonly string[]): Issue[] {
  return secrets.flatMap((secret) => {
    const name = parseSecretName(secret);
    if (name.ok) return [];
    const problem = `"${secret}" ${name.error}`;
    return [
      { code: "OPTION_INVALID", at: { file: "--secret" }, problem, remedy: "write it as NAMESPACE/NAME" } as const,
    ];
  });
}

async function checkVerdicts(file: string | undefined, { files }: Pick<World, "files">): Promise<Issue[]> {
  if (file === undefined || file === STANDARD_INPUT) return [];
  const readable = await files.checkReadable(file);
  return readable.ok ? [] : [unreadableStream(file, readable.error)];
}
