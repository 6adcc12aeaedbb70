/**
 * Normalizing names of images in CEL, step by step: what `image/reference.ts` does in TypeScript (`normalizedImage`). A test asks real API servers
 * whether both say the same.
 */

export interface CelVariable {
  readonly name: string;
  readonly expression: string;
}

/** Longer than any image reference that a kubelet takes; a long text costs as much as many images. */
const IMAGE_LENGTH_MAX = 800;

export const CONTAINER_LISTS = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/** Everything in a pod spec that names an image, as entries with these fields. */
export interface Places {
  /** What an entry keeps from step to step. */
  readonly fields: readonly string[];
  /** A list of entries. */
  readonly expression: string;
}

export function placesForMessage(): Places {
  const containers = CONTAINER_LISTS.map(
    ([field, word]) =>
      `variables.spec.?${field}.orValue([]).map(c, {'at': '${word} ' + c.name, 'image': string(c.?image.orValue(''))})`,
  );
  const volumes = [
    "variables.spec.?volumes.orValue([]).filter(v, has(v.image))",
    ".map(v, {'at': 'image volume ' + v.name, 'image': string(v.image.?reference.orValue(''))})",
  ].join("");
  return { fields: ["at", "image"], expression: [...containers, volumes].join("\n+ ") };
}

/** Ephemeral containers are left out: those that are there already cannot be changed. */
export function placesForPullPolicy(): Places {
  const entry = (path: string, image: string, policy: string): string =>
    `{'at': ${path}, 'image': string(${image}), 'now': string(${policy})}`;
  const containers = ["containers", "initContainers"].map((field) => {
    const path = `'/spec/${field}/' + string(i) + '/imagePullPolicy'`;
    return `variables.spec.?${field}.orValue([]).transformList(i, c, ${entry(path, "c.?image.orValue('')", "c.?imagePullPolicy.orValue('')")})`;
  });
  const path = "'/spec/volumes/' + string(i) + '/image/pullPolicy'";
  const volume = entry(path, "v.image.?reference.orValue('')", "v.image.?pullPolicy.orValue('')");
  const volumes = `variables.spec.?volumes.orValue([]).transformList(i, v, has(v.image), ${volume})`;
  return { fields: ["at", "image", "now"], expression: [...containers, volumes].join("\n+ ") };
}

/** Gives each entry its normalized name as `full`. @param name of the last step */
export function normalizingSteps(name: string, { fields, expression }: Places): readonly CelVariable[] {
  const kept = fields.map((field) => `'${field}': p.${field}`).join(", ");
  return [
    // A digest decides what is pulled, whatever the tag beside it says; the rest of the name ends where it begins.
    {
      name: `${name}Named`,
      expression: [
        `(${expression}).map(p, size(p.image) > ${IMAGE_LENGTH_MAX} ? {${kept}, 'name': '', 'digest': ''}`,
        `: {${kept}, 'name': p.image.split('@')[0],`,
        "'digest': p.image.contains('@') ? p.image.substring(p.image.indexOf('@')) : ''})",
      ].join("\n"),
    },
    // A colon is that of a tag if no slash comes after it.
    {
      name: `${name}Tagged`,
      expression: [
        `variables.${name}Named.map(p, p.name.lastIndexOf(':') > p.name.lastIndexOf('/')`,
        `? {${kept}, 'repository': p.name.substring(0, p.name.lastIndexOf(':')),`,
        "'suffix': p.digest != '' ? p.digest : p.name.substring(p.name.lastIndexOf(':'))}",
        `: {${kept}, 'repository': p.name, 'suffix': p.digest != '' ? p.digest : ':latest'})`,
      ].join("\n"),
    },
    // Docker Hub may be left out, and so may `library/`; what comes first is a host if it looks like one.
    {
      name,
      expression: [
        `variables.${name}Tagged.map(p, {${kept}, 'full': (`,
        "!p.repository.contains('/') ? 'docker.io/library/' + p.repository",
        ": p.repository.startsWith('docker.io/') || p.repository.startsWith('index.docker.io/')",
        "? (p.repository.substring(p.repository.indexOf('/') + 1).contains('/') ? 'docker.io/' : 'docker.io/library/')",
        "+ p.repository.substring(p.repository.indexOf('/') + 1)",
        ": p.repository.matches('^(localhost|[^/]*[.:A-Z][^/]*)/') ? p.repository",
        ": 'docker.io/' + p.repository) + p.suffix})",
      ].join("\n"),
    },
  ];
}

/** Written in full, with a host that is not Docker Hub's, and with either a tag or a digest: most images are, and need no further step. */
export const isNormalized = [
  "i.matches('^[^/@]*[.:][^/@]*/[^@:]+(:[^/@:]+|@[^@]+)$')",
  "!i.startsWith('docker.io/') && !i.startsWith('index.docker.io/')",
].join(" && ");
