/**
 * Which images of a Stock lie on which shelf.
 *
 * A shelf's pod carries one pull secret or none. The kubelet records only the credential that worked, and binds even a public image to
 * the secret of the pod that pulled it; so public images lie on shelves without a secret, and every other image on a shelf whose secret
 * offers for it what the Stock's secrets would offer first. Images that no secret matches lie on shelves without one, too: the node may
 * have a credential of its own.
 */
import { createHash } from "node:crypto";
import { type DnsLabel, parseDnsLabel } from "../cluster/names.ts";
import type { Platform } from "../cluster/platform.ts";
import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import { credentialHash } from "../credentials/credential-hash.ts";
import { normalizeKey } from "../credentials/keyring.ts";
import { divideImages } from "./image-tree.ts";
import { firstOfferOf, type SecretConfigs, type SecretOffer } from "./secret-offer.ts";
import type { Stock, StockImage } from "./stock.ts";

export interface Shelf {
  /** Unique in its Stock; it stays the same as long as the shelf does, whatever becomes of tags, passwords and other shelves. */
  readonly name: DnsLabel;
  /** Sorted by spelling, never empty. */
  readonly images: readonly StockImage[];
  /** The one secret of its pods; absent: none. */
  readonly secret?: SecretName;
  /** Only for nodes of this platform; absent: for all nodes of the Stock. */
  readonly platform?: Platform;
}

export interface ShelfFacts {
  readonly configs: SecretConfigs;
  /** Asked only for images that a secret matches. */
  readonly isPublic: (image: StockImage) => boolean;
}

/**
 * @returns the shelves, sorted by name, and the images that no secret matches. The same images give the same shelves, in whatever order
 * they are listed.
 */
export function arrangeShelves(
  stock: Pick<Stock, "images" | "pullSecrets" | "pacing">,
  { configs, isPublic }: ShelfFacts,
): { shelves: readonly Shelf[]; unmatched: readonly StockImage[] } {
  const firstOffer = firstOfferOf(stock.pullSecrets, configs);
  const groups = new Map<string, ShelfGroup>();
  const unmatched: StockImage[] = [];
  for (const image of stock.images) {
    const offer = firstOffer(image);
    if (offer === undefined) unmatched.push(image);
    const isOpen = offer === undefined || isPublic(image);
    const group = isOpen ? groupWithoutSecret(image.platform) : groupOf(offer, image.platform, configs);
    const known = groups.get(group.name);
    if (known === undefined) groups.set(group.name, { ...group, images: [image] });
    else known.images.push(image);
  }
  const shelves = [...groups.values()].flatMap((group) => shelvesOf(group, stock.pacing.shelfSize));
  return { shelves: shelves.toSorted((a, b) => (a.name < b.name ? -1 : 1)), unmatched };
}

/** Images that may share a shelf. */
interface ShelfGroup extends Pick<Shelf, "secret" | "platform"> {
  readonly name: string;
  readonly images: StockImage[];
}

/** Long enough that two of them are never the same. */
const DIGITS = 10;
/** As much of a secret's name as a person needs to know it again; the whole must stay a DNS label. */
const SECRET_NAME_LENGTH = 16;

function groupWithoutSecret(platform: Platform | undefined): Omit<ShelfGroup, "images"> {
  return { name: withPlatform("open", platform), ...(platform && { platform }) };
}

function groupOf(
  offer: SecretOffer,
  platform: Platform | undefined,
  configs: SecretConfigs,
): Omit<ShelfGroup, "images"> {
  const { secret } = offer;
  const shown = secret.name.replaceAll(".", "-").slice(0, SECRET_NAME_LENGTH).replace(/-+$/, "");
  const identity = `${formatSecretName(secret)} ${leadingKey(offer, configs)}`;
  const digits = createHash("sha256").update(identity).digest("hex").slice(0, DIGITS);
  return { name: withPlatform(`${shown}-${digits}`, platform), secret, ...(platform && { platform }) };
}

/**
 * What stands for a credential within its secret: the first of the registry keys under which it is offered first. Not its hash, which
 * another password changes, and which tells those who see the shelf's name whether they guessed the password.
 */
function leadingKey({ secret, key, credential }: SecretOffer, configs: SecretConfigs): string {
  const wanted = credentialHash(credential);
  const hashes = new Map<string, string>();
  for (const entry of configs.get(formatSecretName(secret)) ?? []) {
    const entryKey = normalizeKey(entry.key);
    if (entryKey !== undefined && !hashes.has(entryKey)) hashes.set(entryKey, credentialHash(entry.credential));
  }
  const [first = key] = [...hashes].flatMap(([entryKey, hash]) => (hash === wanted ? [entryKey] : [])).toSorted();
  return first;
}

function withPlatform(name: string, platform: Platform | undefined): string {
  return platform === undefined ? name : `${name}-${platform.architecture}`;
}

function shelvesOf({ name, secret, platform, images }: ShelfGroup, sizeMax: number): readonly Shelf[] {
  return divideImages(images, sizeMax).map((branch) => ({
    name: shelfName(`${name}-${branch.node.toString(36)}`),
    images: branch.images,
    ...(secret && { secret }),
    ...(platform && { platform }),
  }));
}

function shelfName(text: string): DnsLabel {
  const name = parseDnsLabel(text);
  if (!name.ok) throw new Error(`the name of a shelf, ${text}, ${name.error}`);
  return name.value;
}
