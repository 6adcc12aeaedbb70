import type { SecretText } from "./secret-text.ts";

/** One entry of a docker config. `email` is never sent to a registry, but it counts in the kubelet's credential hash. */
export interface Credential {
  readonly username: string;
  readonly password: SecretText;
  readonly email: string;
}

/** Where a credential comes from: the only thing about it that is ever shown. */
export type CredentialSource =
  | { readonly kind: "docker-config"; readonly file: string }
  | { readonly kind: "pull-secret"; readonly namespace: string; readonly name: string }
  | { readonly kind: "node-config"; readonly file: string }
  | { readonly kind: "plugin"; readonly name: string };

/** A credential that matches an image; offers come in the order in which the kubelet would try them. */
export interface Offer {
  readonly source: CredentialSource;
  /** The registry key that matched, as the kubelet normalizes it: `registry.example/team`. */
  readonly key: string;
  readonly credential: Credential;
}

export function describeSource(source: CredentialSource): string {
  switch (source.kind) {
    case "docker-config":
      return `docker-config ${source.file}`;
    case "pull-secret":
      return `secret ${source.namespace}/${source.name}`;
    case "node-config":
      return `node-config ${source.file}`;
    case "plugin":
      return `plugin ${source.name}`;
  }
}
