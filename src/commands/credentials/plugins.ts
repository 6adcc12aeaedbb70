import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { ConfigText, CredentialProviders } from "#inputs/credential-provider-config/read-config.ts";
import type { Files } from "#ports/files.ts";
import {
  type ConfiguredOffers,
  type OfferLookup,
  offerLookup,
  type PluginOffers,
} from "#workflows/resolving/offer-lookup.ts";
import { unreadable } from "../unreadable.ts";
import type { World } from "../world.ts";
import type { PluginFlags } from "./plugin-flags.ts";

const CONFIG_OPTION = "--image-credential-provider-config";
const BIN_DIR_OPTION = "--image-credential-provider-bin-dir";

export interface ConfiguredPlugins {
  readonly binDir: string;
  readonly providers: readonly CredentialProvider[];
}

export interface PluginInputs {
  /** undefined: there are none. */
  readonly plugins?: ConfiguredPlugins;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
}

/** The plugins that the options name, read and checked; none of them is run yet. */
export async function readPlugins(flags: PluginFlags, files: Pick<Files, "list" | "read">): Promise<PluginInputs> {
  const { imageCredentialProviderConfig: path, imageCredentialProviderBinDir: binDir } = flags;
  if (path === undefined && binDir === undefined) return { issues: [], warnings: [] };
  const isLonely = path === undefined ? lonely(BIN_DIR_OPTION, CONFIG_OPTION) : lonely(CONFIG_OPTION, BIN_DIR_OPTION);
  if (path === undefined) return { issues: [isLonely], warnings: [] };
  const read = await readProviders(path, files);
  const issues = [...(read.ok ? [] : read.error), ...(binDir === undefined ? [isLonely] : [])];
  if (!read.ok || binDir === undefined) return { issues, warnings: [] };
  return { plugins: { binDir, providers: read.value.providers }, issues, warnings: read.value.warnings };
}

function lonely(given: string, missing: string): Issue {
  return {
    code: "OPTION_INVALID",
    at: { file: given },
    problem: `it is of no use without ${missing}`,
    remedy: "give both or neither: plugins have a config, and their programs a folder",
  };
}

async function readProviders(
  path: string,
  files: Pick<Files, "list" | "read">,
): Promise<Result<CredentialProviders, readonly Issue[]>> {
  const { isConfigFileName, readCredentialProviderConfig } = await import(
    "#inputs/credential-provider-config/read-config.ts"
  );
  const listed = await files.list(path);
  if (!listed.ok) return fail([unreadable(path, "credential provider config", listed.error)]);
  const names = listed.value
    ?.filter(isConfigFileName)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => `${path.replace(/\/+$/, "")}/${name}`);
  const texts = await Promise.all((names ?? [path]).map((file) => readText(file, files)));
  const issues = texts.flatMap((text) => (text.ok ? [] : [text.error]));
  if (issues.length > 0) return fail(issues);
  return readCredentialProviderConfig(
    path,
    texts.flatMap((text) => (text.ok ? [text.value] : [])),
  );
}

async function readText(file: string, files: Pick<Files, "read">): Promise<Result<ConfigText, Issue>> {
  const bytes = await files.read(file);
  if (!bytes.ok) return fail(unreadable(file, "credential provider config", bytes.error));
  return ok({ file, text: Buffer.from(bytes.value).toString("utf8") });
}

/** @param warn takes what plugins say that fail */
export async function openOffers(
  configured: ConfiguredOffers,
  plugins: ConfiguredPlugins | undefined,
  world: Pick<World, "clock" | "openCredentialPlugins">,
  warn: PluginOffers["warn"],
): Promise<OfferLookup> {
  if (!plugins) return offerLookup(configured);
  const { providers, binDir } = plugins;
  return offerLookup(configured, {
    providers,
    warn,
    clock: world.clock,
    plugins: await world.openCredentialPlugins(binDir),
  });
}
