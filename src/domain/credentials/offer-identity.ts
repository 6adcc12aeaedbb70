import { describeSource, type Offer } from "./credential.ts";
import { credentialHash } from "./credential-hash.ts";

/** Equal for offers that are the same for a registry: same source, key, user and password. Holds no secret. */
export function offerIdentity(offer: Offer | undefined): string {
  if (!offer) return "no credential";
  return [describeSource(offer.source), offer.key, credentialHash(offer.credential)].join("\n");
}
