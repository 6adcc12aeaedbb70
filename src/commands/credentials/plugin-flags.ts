export interface PluginFlags {
  readonly imageCredentialProviderConfig?: string;
  readonly imageCredentialProviderBinDir?: string;
}

/** The two options, which are those of the kubelet. */
export const pluginFlags = {
  imageCredentialProviderConfig: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Config of the kubelet's credential provider plugins: a file, or a folder of them",
    placeholder: "path",
  },
  imageCredentialProviderBinDir: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Folder of the programs of the credential provider plugins",
    placeholder: "folder",
  },
} as const;
