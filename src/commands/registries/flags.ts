/** How registries are asked that somebody runs for themselves. */
export interface RegistryFlags {
  readonly plainHttp?: readonly string[];
  readonly registryCa?: readonly string[];
}

export const registryFlags = {
  plainHttp: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Registry that is asked without TLS, as it stands in image references: registry.test:5000 (repeatable)",
    placeholder: "host",
  },
  registryCa: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Certificates (PEM) of authorities that registries may use beside the well-known ones (repeatable)",
    placeholder: "file",
  },
} as const;
