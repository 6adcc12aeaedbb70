/** How containers of Larder's image start, and what the image says about itself. The Dockerfile says the same. */
import type { ImageSettings } from "#embedded/images/image.ts";

/**
 * The layers, the lowest first: what changes most often lies on top, so that a new version of Larder, which is a megabyte,
 * brings no new copy of Node.js.
 */
export const LAYERS = ["base", "node", "agent"] as const;

/**
 * V8 takes its limits from the command line only; without them the agent takes some 30 MiB more. The socket of a container
 * runtime belongs to root, so fetch must be root; a pod that needs no socket can run the image as anybody.
 */
export function imageSettings(version: string): ImageSettings {
  return {
    user: "0",
    environment: ["PATH=/usr/local/bin:/usr/bin:/bin"],
    entrypoint: ["/usr/local/bin/node", "--max-semi-space-size=1", "--max-old-space-size=32", "/larder/larder.js"],
    command: ["--help"],
    labels: {
      "org.opencontainers.image.title": "larder",
      "org.opencontainers.image.description": "Pulls container images on a Kubernetes node before they are needed",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.source": "https://github.com/kube-larder/larder",
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  };
}
