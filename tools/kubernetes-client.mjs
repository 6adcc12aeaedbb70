// What is left out of the official Kubernetes client, of which Larder takes only what reads kubeconfigs and authenticates.
import { fileURLToPath } from "node:url";

/** Imported by it, and never called from there: its own requests, its models, and the providers that kubectl took away. */
const neverCalled = /^(?:node-fetch|jsonpath-plus|js-yaml|isomorphic-ws|\.\/gen\/index\.js)$/;

/** A module without any name in it; as CommonJS, so that any name may be asked for. */
const nothing = { contents: "module.exports = {};", loader: "js" };

export const kubernetesClient = {
  name: "kubernetes-client",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: neverCalled }, ({ path, importer }) =>
      importer.includes("/@kubernetes/client-node/") ? { path, namespace: "never-called" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "never-called" }, () => nothing);
    // Only who logs in by OpenID Connect, and whose token has run out, needs all of this.
    onResolve({ filter: /^openid-client$/ }, ({ importer }) =>
      importer.includes("/@kubernetes/client-node/")
        ? { path: fileURLToPath(new URL("openid-client-later.mjs", import.meta.url)) }
        : undefined,
    );
  },
};
