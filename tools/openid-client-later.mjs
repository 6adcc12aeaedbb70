// openid-client, loaded when a token must be renewed; the two functions that the Kubernetes client calls are asynchronous anyway.
export const discovery = async (...given) => (await import("openid-client")).discovery(...given);
export const refreshTokenGrant = async (...given) => (await import("openid-client")).refreshTokenGrant(...given);
