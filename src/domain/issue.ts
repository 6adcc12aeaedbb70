/**
 * What is wrong with something a person wrote: an image list, a docker config, an option.
 * Issues are collected, so that one run shows all of them; they never hold a secret.
 */
export type IssueCode =
  | "CREDENTIAL_PROVIDER_CONFIG_INVALID"
  | "CREDENTIAL_PROVIDER_NOT_ASKED"
  | "DOCKER_CONFIG_INVALID"
  | "DOCKER_CONFIG_UNUSABLE_ON_NODE"
  | "EVENT_INVALID"
  | "EVENT_STREAM_CUT"
  | "FIELD_DUPLICATE"
  | "FIELD_INVALID"
  | "FIELD_MISSING"
  | "FIELD_UNKNOWN"
  | "FILE_UNREADABLE"
  | "FILE_UNWRITABLE"
  | "GUARD_TOO_LARGE"
  | "IMAGE_CONFLICTING"
  | "IMAGE_DUPLICATE"
  | "IMAGE_REFERENCE_INVALID"
  | "KUBECONFIG_INVALID"
  | "MANIFEST_TANGLED"
  | "NO_IMAGES"
  | "OPTION_INVALID"
  | "OPTION_WITHOUT_EFFECT"
  | "PLACEHOLDER_MALFORMED"
  | "PLACEHOLDER_UNSET"
  | "PLACEHOLDER_UNUSED"
  | "POLICY_INVALID"
  | "PULL_SECRET_UNUSABLE"
  | "REPORTED_FAILURE_INVALID"
  | "REPORT_UNWRITABLE"
  | "STOCK_DUPLICATE"
  | "STOCK_IMPOSSIBLE"
  | "STOCK_MISSING"
  | "VERDICT_INVALID"
  | "VERDICT_STREAM_CUT"
  | "YAML_INVALID";

/** Where it is: a file, or the words of the command line (`file` is then for example "argument 2"). Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Issue {
  readonly code: IssueCode;
  readonly at: Place;
  /** What is wrong, as a clause without a full stop. */
  readonly problem: string;
  /** What to do about it, as a clause without a full stop. */
  readonly remedy: string;
}

/** `images.txt:3:1: "Busybox" has upper-case letters in its repository; correct it, or leave it out [IMAGE_REFERENCE_INVALID]` */
export function formatIssue(issue: Issue): string {
  return `${describeIssue(issue)} [${issue.code}]`;
}

/** The same without the code, for where the code stands beside it. */
export function describeIssue(issue: Issue): string {
  return `${formatPlace(issue.at)}: ${issue.problem}; ${issue.remedy}`;
}

export function formatPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
}

/** Input that cannot be used. Thrown once, with every issue that was found. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }
}
