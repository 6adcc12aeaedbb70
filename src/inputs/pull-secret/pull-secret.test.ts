import { describe, expect, it } from "vitest";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { readPullSecret } from "./pull-secret.ts";

function secret(type: string, data: Readonly<Record<string, string>>): ApiObject {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { apiVersion: "v1", kind: "Secret", metadata: { name: "quay" }, type, data: Object.fromEntries(encoded) };
}

const auths = { "quay.io": { username: "robot", password: "hunter2" } };

describe("a pull secret", () => {
  it.each([
    ["kubernetes.io/dockerconfigjson", { ".dockerconfigjson": JSON.stringify({ auths }) }],
    ["kubernetes.io/dockercfg", { ".dockercfg": JSON.stringify(auths) }],
  ])("of type %s gives its entries", (type, data) => {
    const read = readPullSecret(secret(type, data));
    expect(read).toMatchObject({ ok: true, value: { entries: [{ key: "quay.io" }], unusable: [] } });
    expect(read.ok && read.value.entries[0]?.credential.password.reveal()).toBe("hunter2");
  });

  it("whose key is empty says nothing, as for the kubelet", () => {
    const empty = secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": "" });
    expect(readPullSecret(empty)).toEqual({ ok: true, value: { entries: [], unusable: [] } });
  });

  it.each([
    ["Opaque", { password: "hunter2" }, /^has the type Opaque, and a pull secret has the type kubernetes/],
    ["kubernetes.io/dockerconfigjson", { ".dockercfg": "hunter2" }, /^has no key .dockerconfigjson$/],
    ["kubernetes.io/dockerconfigjson", { ".dockerconfigjson": "{hunter2" }, /in which the text is not JSON$/],
    [
      "kubernetes.io/dockerconfigjson",
      { ".dockerconfigjson": '{"auths":{"quay.io":{"auth":"hunter2"}}}' },
      /in which "auths.quay.io.auth" is not base64|has no colon/,
    ],
  ])("of type %s with %j cannot be used, and nothing of it is shown", (type, data, why) => {
    const read = readPullSecret(secret(type, data));
    expect(read.ok ? "" : read.error).toMatch(why);
    expect(read.ok ? "" : read.error).not.toContain("hunter2");
  });

  it("tells what a node cannot use", () => {
    const text = JSON.stringify({ auths, credHelpers: { "gcr.io": "gcloud" } });
    const read = readPullSecret(secret("kubernetes.io/dockerconfigjson", { ".dockerconfigjson": text }));
    expect(read.ok ? read.value.unusable : []).toEqual([
      expect.stringMatching(/^has "credHelpers", which a node cannot use/),
    ]);
  });
});
