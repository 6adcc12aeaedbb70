/** Who may do what: accounts with their repositories, and the repositories that everybody may read. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import { liesUnder } from "./repository-prefix.ts";

export interface Account {
  readonly username: string;
  readonly password: SecretText;
  /** Prefixes of the repositories that this account may read and write. @default all */
  readonly repositories?: readonly string[];
}

export interface AccessRules {
  /** Without accounts everybody may do everything. */
  readonly accounts: readonly Account[];
  /** Prefixes of the repositories that are read without a credential. */
  readonly publicRepositories: readonly string[];
}

export type Action = "pull" | "push" | "delete";

export function findAccount(rules: AccessRules, username: string, password: SecretText): Account | undefined {
  return rules.accounts.find((account) => account.username === username && sameSecret(account.password, password));
}

/** @param account undefined: a request without a credential */
export function mayAccess(
  rules: AccessRules,
  account: Account | undefined,
  repository: string,
  action: Action,
): boolean {
  if (rules.accounts.length === 0) return true;
  if (action === "pull" && rules.publicRepositories.some((prefix) => liesUnder(repository, prefix))) return true;
  return account !== undefined && (account.repositories?.some((prefix) => liesUnder(repository, prefix)) ?? true);
}

function sameSecret(one: SecretText, other: SecretText): boolean {
  const [a, b] = [one, other].map((secret) => createHash("sha256").update(secret.reveal()).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
