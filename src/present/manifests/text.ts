import { stringify } from "yaml";

export interface SecretToCreate {
  readonly from: ObjectPlace;
  readonly to: ObjectPlace;
}

interface ObjectPlace {
  readonly namespace: string;
  readonly name: string;
}

/** Manifests as YAML documents, which `kubectl apply -f -` takes. Passwords are not for files, so there is a comment on how they get there. */
export function manifestsText(manifests: readonly object[], secrets: readonly SecretToCreate[]): string {
  const documents = manifests.map(
    (manifest) => `---\n${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  );
  return `${secrets.map(secretComment).join("")}${documents.join("")}`;
}

function secretComment({ from, to }: SecretToCreate): string {
  const rename = `.metadata={name:"${to.name}",namespace:"${to.namespace}"}`;
  return `# kubectl get secret ${from.name} -n ${from.namespace} -o json | jq '${rename}' | kubectl apply -f -\n`;
}
