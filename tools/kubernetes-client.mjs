// What is left out of the official Kubernetes client, of which Larder takes only what reads kubeconfigs and authenticates
// (docs/decisions/0008-kubernetes-client.md).
import { dirname } from "node:path";

/** Imported by it, and never called from there: its own requests, its models, and the providers that Kubernetes 1.26 took away. */
const neverCalled = /^(?:node-fetch|jsonpath-plus|js-yaml|isomorphic-ws|\.\/gen\/index\.js)$/;

/** A module without any name in it; as CommonJS, so that any name may be asked for. */
const nothing = { contents: "module.exports = {};", loader: "js" };

/** The two functions that it calls are asynchronous anyway, and only who logs in by OpenID Connect, with a token that has run out, needs them. */
const openidClientLater = `
  export const discovery = async (...given) => (await import("openid-client")).discovery(...given);
  export const refreshTokenGrant = async (...given) => (await import("openid-client")).refreshTokenGrant(...given);
`;

export const kubernetesClient = {
  name: "kubernetes-client",
  setup({ onResolve, onLoad }) {
    const inClient = (resolved) => (args) =>
      args.importer.includes("/@kubernetes/client-node/") && args.namespace === "file" ? resolved(args) : undefined;
    onResolve(
      { filter: neverCalled },
      inClient(({ path }) => ({ path, namespace: "never-called" })),
    );
    onResolve(
      { filter: /^openid-client$/ },
      inClient(({ importer }) => ({ path: "openid-client", namespace: "later", pluginData: dirname(importer) })),
    );
    onLoad({ filter: /.*/, namespace: "never-called" }, () => nothing);
    onLoad({ filter: /.*/, namespace: "later" }, ({ pluginData }) => ({
      contents: openidClientLater,
      loader: "js",
      resolveDir: pluginData,
    }));
  },
};
