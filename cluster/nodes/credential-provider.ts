/** The credential-provider plugin of a node (`credential-provider/main.go`), and what it answers. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binaries } from "../binaries/build.ts";
import { LOCKED_REGISTRY } from "../network/addresses.ts";
import { accounts } from "../registries/registries.ts";
import { type Node, onHost } from "./node.ts";

const FOLDER = "/var/lib/kubelet/credential-provider";
const CONFIG = "/var/lib/kubelet/credential-provider-config.yaml";
const PLUGIN = "larder-credentials";

export type Account = keyof typeof accounts | "nobody";

/** Installs the plugin if the node has one. @returns the kubelet's options */
export async function prepareProvider(node: Node): Promise<string[]> {
  const { provider } = node.settings;
  if (provider === "") return [];
  await mkdir(onHost(node, FOLDER), { recursive: true });
  const built = join(await binaries("credential-provider", ["credential-provider"]), "credential-provider");
  await copyFile(built, onHost(node, `${FOLDER}/${PLUGIN}`));
  await answerFrom(node, provider);
  const config = {
    apiVersion: "kubelet.config.k8s.io/v1",
    kind: "CredentialProviderConfig",
    providers: [
      {
        name: PLUGIN,
        apiVersion: "credentialprovider.kubelet.k8s.io/v1",
        matchImages: [LOCKED_REGISTRY],
        defaultCacheDuration: "0s",
      },
    ],
  };
  await writeFile(onHost(node, CONFIG), JSON.stringify(config, null, 2));
  return [`--image-credential-provider-config=${CONFIG}`, `--image-credential-provider-bin-dir=${FOLDER}`];
}

/** From now on the plugin gives this account for the locked registry; the kubelet asks it for every pull. */
export async function answerFrom(node: Node, account: Account): Promise<void> {
  const auth = account === "nobody" ? {} : { [LOCKED_REGISTRY]: { username: account, password: accounts[account] } };
  await writeFile(`${onHost(node, `${FOLDER}/${PLUGIN}`)}.json`, JSON.stringify({ auth }));
}

/** The images for which the kubelet asked the plugin, in order. */
export async function askedImages(node: Node): Promise<string[]> {
  const text = await readFile(`${onHost(node, `${FOLDER}/${PLUGIN}`)}.asked`, "utf8").catch(() => "");
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { image: string }).image);
}
