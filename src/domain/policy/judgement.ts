/** null: no policy helps, and the reason says what is wrong. */
export type UsablePolicy = "Never" | "IfNotPresent" | null;

export interface Judgement {
  readonly policy: UsablePolicy;
  /** A clause without a full stop. */
  readonly reason: string;
}
