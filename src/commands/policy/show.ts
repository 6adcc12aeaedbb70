import { InputError, type Issue } from "#domain/issue.ts";
import { nearestWord } from "#domain/nearest-word.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { policyVariables } from "#domain/policy/variables.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { policiesJson } from "#present/policy/json.ts";
import { policiesText } from "#present/policy/text.ts";
import { policiesEnv, policiesGithub } from "#present/policy/variables.ts";
import { colourOf } from "../presenter.ts";
import type { LarderContext, World } from "../world.ts";
import { readPolicies } from "./policies.ts";
import type { ShowPolicyFlags } from "./show-command.ts";

export async function showPolicy(this: LarderContext, flags: ShowPolicyFlags): Promise<void> {
  const { world } = this;
  const policies = onlyRegistries(await readPolicies(flags, world), flags.registry);
  if (world.interrupted.aborted) {
    this.exitCode = ExitCode.Interrupted;
    return;
  }
  if (flags.output === "env" || flags.output === "github") warnOfVariables(policies, world);
  world.terminal.stdout.write(await textOf(policies, flags.output, world));
  this.exitCode = ExitCode.Done;
}

async function textOf(policies: Policies, output: ShowPolicyFlags["output"], world: World): Promise<string> {
  switch (output) {
    case "text":
      return policiesText(policies, colourOf(world));
    case "json":
      return policiesJson(policies);
    case "yaml":
      return (await import("#present/policy/yaml.ts")).policiesYaml(policies);
    case "env":
      return policiesEnv(policies);
    case "github":
      return policiesGithub(policies);
  }
}

/** @throws InputError for a registry of which there is no image, since whoever asks for it relies on an answer */
function onlyRegistries(policies: Policies, wanted: readonly string[] | undefined): Policies {
  if (wanted === undefined) return policies;
  const known = [...policies.registries.keys()];
  const issues = wanted
    .filter((registry) => !known.includes(registry))
    .map((registry) => noSuchRegistry(registry, known));
  if (issues.length > 0) throw new InputError(issues);
  return {
    registries: new Map([...policies.registries].filter(([registry]) => wanted.includes(registry))),
    images: policies.images.filter(({ registry }) => wanted.includes(registry)),
  };
}

function noSuchRegistry(registry: string, known: readonly string[]): Issue {
  const meant = nearestWord(registry, known);
  const all = `registries are ${known.join(", ")}`;
  return {
    code: "OPTION_INVALID",
    at: { file: "--registry" },
    problem: `no image comes from "${registry}"`,
    remedy: meant === undefined ? `the ${all}` : `did you mean ${meant}? The ${all}`,
  };
}

/** A variable has no room for a reason, and Kubernetes has no policy called none. */
function warnOfVariables(policies: Policies, { terminal }: World): void {
  for (const { name, value, registries } of policyVariables(policies)) {
    for (const registry of registries) {
      const { policy, reason } = policies.registries.get(registry) ?? { policy: value, reason: "" };
      if (policy === null) terminal.stderr.write(`warning: ${name} is ${value}, and ${reason}\n`);
    }
    if (registries.length > 1) {
      terminal.stderr.write(`warning: ${name} stands for ${registries.join(" and ")}, with the weaker policy\n`);
    }
  }
}
