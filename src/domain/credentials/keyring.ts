/**
 * Which credentials the kubelet would offer for an image, and in which order
 * (kubelet-decision: pkg/credentialprovider/keyring.go, BasicDockerKeyring Add and Lookup).
 *
 * Keys are tried in descending byte order over all configs together, so `r.io/team` comes before `r.io` and `*.io` comes
 * last; every key that matches contributes. The order of the configs only matters between equal keys.
 */
import type { Credential, CredentialSource, Offer } from "./credential.ts";
import { parseSchemelessUrl, type SchemelessUrl, splitHost } from "./schemeless-url.ts";

/** One docker config with the place that it came from. */
export interface DockerConfig {
  readonly source: CredentialSource;
  readonly entries: readonly DockerConfigEntry[];
}

export interface DockerConfigEntry {
  /** The key under `auths` as written: `quay.io`, `https://index.docker.io/v1/`, `*.example.com`. */
  readonly key: string;
  readonly credential: Credential;
}

export interface Keyring {
  /** @param repository registry and path without tag and digest: `docker.io/library/busybox` */
  lookup(repository: string): readonly Offer[];
}

/** What is offered for an image that lies on Docker Hub and that no key matches. */
const DEFAULT_REGISTRY_KEY = "index.docker.io";

export function createKeyring(configs: readonly DockerConfig[]): Keyring {
  const offersByKey = new Map<string, { url: SchemelessUrl; offers: Offer[] }>();
  for (const { source, entries } of configs) {
    for (const entry of entries) {
      const key = normalizeKey(entry.key);
      const url = key === undefined ? undefined : parseSchemelessUrl(key);
      if (key === undefined || url === undefined) continue;
      const known = offersByKey.get(key) ?? { url, offers: [] };
      known.offers.push({ source, key, credential: entry.credential });
      offersByKey.set(key, known);
    }
  }
  const sorted = [...offersByKey].toSorted(([a], [b]) => Buffer.compare(Buffer.from(b), Buffer.from(a)));

  return {
    lookup(repository) {
      const target = parseSchemelessUrl(repository);
      if (!target) return [];
      const offers = sorted.filter(([, { url }]) => matches(url, target)).flatMap(([, known]) => known.offers);
      if (offers.length > 0 || !isOnDefaultRegistry(repository)) return offers;
      return offersByKey.get(DEFAULT_REGISTRY_KEY)?.offers ?? [];
    },
  };
}

/** The kubelet asks pull secrets, node config and plugins one after the other and appends what they answer; each decides alone. */
export function joinKeyrings(keyrings: readonly Keyring[]): Keyring {
  return { lookup: (repository) => keyrings.flatMap((keyring) => keyring.lookup(repository)) };
}

/** The key as credentials are filed under it, or undefined where it is no URL: such a key is skipped. */
export function normalizeKey(written: string): string | undefined {
  const url = parseSchemelessUrl(written.replace(/^https?:\/\//, ""));
  if (!url) return undefined;
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  return path === "/" ? url.host : url.host + path;
}

/**
 * Whether a pattern such as `*.dkr.ecr.*.amazonaws.com` or `quay.io/team` is for an image, by the rules of registry keys.
 * What is no URL matches nothing.
 */
export function matchesImage(pattern: string, repository: string): boolean {
  const key = parseSchemelessUrl(pattern);
  const image = parseSchemelessUrl(repository);
  return key !== undefined && image !== undefined && matches(key, image);
}

/** Whether credentials under this key were offered only because none matches an image of Docker Hub. */
export function isFallback(key: string, repository: string): boolean {
  return key === DEFAULT_REGISTRY_KEY && !matchesImage(key, repository);
}

/** URLsMatch: equal ports, equally many labels, each label a glob, and the key's path a plain prefix of the image's. */
function matches(key: SchemelessUrl, image: SchemelessUrl): boolean {
  const wanted = splitHost(key.host);
  const given = splitHost(image.host);
  return (
    wanted.port === given.port &&
    wanted.labels.length === given.labels.length &&
    image.path.startsWith(key.path) &&
    wanted.labels.every((glob, index) => labelMatches(glob, given.labels[index] ?? ""))
  );
}

/** `*` stands for any text within one label. A label in brackets is a character class for Go's filepath.Match, and never equal to itself. */
function labelMatches(glob: string, label: string): boolean {
  if (glob.includes("[")) return false;
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return glob === label;
  if (!label.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = label.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return label.length - last.length >= position && label.endsWith(last);
}

/** isDefaultRegistryMatch: also `localhost/x`, since nothing in it looks like a host. */
function isOnDefaultRegistry(repository: string): boolean {
  const slash = repository.indexOf("/");
  if (slash === -1) return repository !== "";
  const first = repository.slice(0, slash);
  if (first === "") return false;
  return first === "docker.io" || first === "index.docker.io" || !/[.:]/.test(first);
}
