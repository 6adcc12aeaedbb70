/** A place of its own for a test: a namespace, and image repositories that nobody else uses. */
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { LOCKED_REGISTRY, OPEN_REGISTRY } from "../../../cluster/network/addresses.ts";
import { makeTestImage, pushTestImage } from "../../../cluster/registries/images.ts";
import { accounts } from "../../../cluster/registries/registries.ts";
import type { ImageDescription } from "../../../src/embedded/images/image.ts";
import { cluster, core } from "./cluster.ts";
import { eventually } from "./eventually.ts";

export interface Space {
  readonly namespace: string;
  /**
   * Pushes one new image under several names; no other test has this image, so no node has it or a record of it.
   * @returns the references, in the order of the names: `locked.test:5001/NAMESPACE/NAME:1`
   */
  images(names: readonly string[], options?: ImageOptions): Promise<string[]>;
  /** Makes a pull secret for the locked registry, called after the account. */
  pullSecret(account: keyof typeof accounts): Promise<void>;
}

export interface ImageOptions {
  /** @default the locked one, which wants a password */
  readonly registry?: "locked" | "open";
  /** @default nothing but busybox */
  readonly content?: Partial<ImageDescription>;
}

/** @returns a space that lasts until the end of the test that is running */
export async function openSpace(): Promise<Space> {
  const space = await makeSpace();
  onTestFinished(() => closeSpace(space));
  return space;
}

/** For several tests in a row: give it to `closeSpace` after the last. */
export async function makeSpace(): Promise<Space> {
  const namespace = `t-${randomUUID().slice(0, 8)}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  // Pods are refused until a controller has made the namespace's account.
  await eventually(`the account of ${namespace}`, () =>
    core.readNamespacedServiceAccount({ name: "default", namespace }),
  );
  return {
    namespace,
    images: (names, options) => pushImages(namespace, names, options),
    pullSecret: (account) => makePullSecret(namespace, account),
  };
}

/** Nobody waits until the namespace is gone: its name is not used again. */
export async function closeSpace({ namespace }: Space): Promise<void> {
  await core.deleteNamespace({ name: namespace });
}

async function pushImages(
  namespace: string,
  names: readonly string[],
  { registry = "locked", content = {} }: ImageOptions = {},
): Promise<string[]> {
  const image = await makeTestImage({
    ...content,
    labels: { ...content.labels, space: namespace, names: names.join() },
  });
  const host = registry === "locked" ? LOCKED_REGISTRY : OPEN_REGISTRY;
  for (const name of names) await pushTestImage(cluster, `${namespace}/${name}:1`, image);
  return names.map((name) => `${host}/${namespace}/${name}:1`);
}

async function makePullSecret(namespace: string, account: keyof typeof accounts): Promise<void> {
  const auths = { [LOCKED_REGISTRY]: { username: account, password: accounts[account] } };
  await core.createNamespacedSecret({
    namespace,
    body: {
      metadata: { name: account },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    },
  });
}
