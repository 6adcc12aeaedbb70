/**
 * Proving: what is asked of the kubelets, how, and what their answers mean.
 *
 * A *proof* is an image with a pull secret of the Stock that matches it, on a node. Its *question* goes to the kubelet in a pod with
 * pull policy `Never`. With both sides, the same image is asked for once more by a pod without any secret, the *counter-question*:
 * where a secret is needed, that one should be refused. An *adoption* is the repair: the kubelet pulls (`Always`) with the right name
 * and the right secret, so that it has a record of its own.
 */
import type { SecretName } from "../cluster/secret-name.ts";
import { formatSecretName } from "../cluster/secret-name.ts";
import { createKeyring } from "../credentials/keyring.ts";
import { repositoryOf } from "../image/reference.ts";
import type { SecretConfigs } from "../stock/secret-offer.ts";
import type { Stock, StockImage } from "../stock/stock.ts";

/** One image, asked for by a pod with one secret or with none. */
export interface Question {
  readonly image: StockImage;
  readonly secret: SecretName | null;
}

export interface Proof extends Question {
  /** Everybody may pull the image: a secret that matches is not needed, and there is nothing to protect. */
  readonly isPublic: boolean;
  /** Whether a pod without the secret is asked for, too. */
  readonly isTwoSided: boolean;
  /** Why no pod can ask, as a clause; then the verdict is unknown everywhere. */
  readonly obstacle?: string;
}

export interface PlanFacts {
  readonly configs: SecretConfigs;
  /** Why a secret cannot be used, by `NAMESPACE/NAME`, as a clause that follows the name. */
  readonly problems: ReadonlyMap<string, string>;
  readonly isPublic: (image: StockImage) => boolean;
  readonly isTwoSided: boolean;
}

/**
 * One proof for each image and secret that matches it, in the order of the Stock; where none matches, one without a secret. A secret
 * that cannot be read may match or not: it is asked about only where no other secret of the image matches.
 */
export function planProofs(stock: Pick<Stock, "images" | "pullSecrets">, facts: PlanFacts): readonly Proof[] {
  return stock.images.flatMap((image): readonly Proof[] => {
    const secrets = image.secrets ?? stock.pullSecrets;
    const isPublic = facts.isPublic(image);
    const matching = secrets.filter((secret) => isMatching(secret, image, facts.configs));
    if (matching.length > 0) {
      const isTwoSided = facts.isTwoSided && !isPublic;
      return matching.map((secret) => ({ image, secret, isPublic, isTwoSided, ...obstacleOf(secret, facts) }));
    }
    const unusable = isPublic ? [] : secrets.filter((secret) => facts.problems.has(formatSecretName(secret)));
    const common = { image, isPublic, isTwoSided: false };
    if (unusable.length > 0) return unusable.map((secret) => ({ ...common, secret, ...obstacleOf(secret, facts) }));
    return [{ ...common, secret: null }];
  });
}

/** What a pod asks for a proof. */
export function questionOf({ image, secret }: Proof): Question {
  return { image, secret };
}

export function counterQuestionOf({ image }: Proof): Question {
  return { image, secret: null };
}

/** What adopts an image: everybody's image must be recorded for everybody, so it is pulled without a secret. */
export function adoptionOf({ image, secret, isPublic }: Proof): Question {
  return { image, secret: isPublic ? null : secret };
}

/** One text for each image and secret. */
export function keyOfQuestion({ image, secret }: Question): string {
  return `${secret === null ? "" : formatSecretName(secret)} ${image.reference.written}`;
}

function isMatching(secret: SecretName, { reference }: StockImage, configs: SecretConfigs): boolean {
  const entries = configs.get(formatSecretName(secret));
  if (entries === undefined) return false;
  const keyring = createKeyring([{ source: { kind: "pull-secret", ...secret }, entries }]);
  return keyring.lookup(repositoryOf(reference)).length > 0;
}

function obstacleOf(secret: SecretName, { problems }: PlanFacts): { readonly obstacle?: string } {
  const name = formatSecretName(secret);
  const problem = problems.get(name);
  return problem === undefined ? {} : { obstacle: `the secret ${name} ${problem}` };
}
