/** Whether a repository lies at or below a prefix, by whole path components: `team` holds `team/app`, not `teamwork`. */
export function liesUnder(repository: string, prefix: string): boolean {
  return repository === prefix || repository.startsWith(`${prefix}/`);
}
