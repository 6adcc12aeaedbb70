/** What Larder's registry reader makes of a registry, held on the embedded one and on docker-registry 2.8 alike. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import { openRegistryReader } from "#effects/registry/reader.ts";
import { systemClock } from "#effects/system/clock.ts";
import { makeImageIndex } from "#embedded/images/image.ts";
import type { RegistryReader } from "#ports/registry.ts";
import { alice, bob } from "./registry/accounts.ts";
import { ABSENT, newRepository, type RegistryAccount, RegistryClient, smallImage } from "./registry/client.ts";

interface RunningRegistry {
  /** `host:port` */
  readonly host: string;
  close(): Promise<void>;
}

/** With accounts, every request needs one of them; without, none does. */
export type StartRegistry = (accounts: readonly RegistryAccount[]) => Promise<RunningRegistry>;

export function registryReadsContract(name: string, start: StartRegistry): void {
  describe(`reading from ${name}`, () => {
    describe("open to everybody", () => open(useRegistry(() => start([]))));
    describe("guarded", () => guarded(useRegistry(() => start([alice, bob]))));
  });
}

interface Subject {
  readonly reader: RegistryReader;
  readonly client: RegistryClient;
  readonly image: (repository: string, reference: string) => ImageReference;
}

const signal = AbortSignal.timeout(60_000);
const credentialOf = ({ username, password }: RegistryAccount) => ({ username, password, email: "" });

function open(subject: () => Subject): void {
  it.each(["oci", "docker"] as const)("finds an image by tag and by digest (%s)", async (format) => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    const pushed = await smallImage(format);
    await client.push(repository, "1.0", pushed);
    const { digest, mediaType, bytes } = pushed.manifest;
    const manifest = { kind: "exists", digest, mediaType, sizeBytes: bytes.length };
    for (const reference of [":1.0", `@${digest}`, `:gone@${digest}`]) {
      expect(await reader.findManifest(image(repository, reference), undefined, signal)).toEqual(manifest);
      const read = await reader.readManifest(image(repository, reference), undefined, signal);
      expect(read).toEqual({ ...manifest, bytes: Buffer.from(bytes) });
    }
  });

  it("takes latest where neither is named, and finds the index of several platforms", async () => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    const index = makeImageIndex([
      await smallImage("oci"),
      await smallImage("oci", { os: "linux", architecture: "arm64" }),
    ]);
    await client.push(repository, "latest", index);
    expect(await reader.findManifest(image(repository, ""), undefined, signal)).toMatchObject({
      kind: "exists",
      digest: index.manifest.digest,
      mediaType: index.manifest.mediaType,
    });
  });

  it.each([":1.0", `@${ABSENT}`])("says what is not there: %s", async (reference) => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    for (const push of [false, true]) {
      if (push) await client.push(repository, "other", await smallImage("oci"));
      expect(await reader.findManifest(image(repository, reference), undefined, signal)).toEqual({ kind: "absent" });
      expect(await reader.readManifest(image(repository, reference), undefined, signal)).toEqual({ kind: "absent" });
    }
  });

  it("does not mind a credential that nobody asked for", async () => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    await client.push(repository, "1.0", await smallImage("oci"));
    const found = await reader.findManifest(image(repository, ":1.0"), credentialOf(alice), signal);
    expect(found.kind).toBe("exists");
  });
}

function guarded(subject: () => Subject): void {
  it("finds an image with the right credential, each of them", async () => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    const pushed = await smallImage("oci");
    await client.push(repository, "1.0", pushed, alice);
    for (const account of [alice, bob]) {
      const found = await reader.findManifest(image(repository, ":1.0"), credentialOf(account), signal);
      expect(found).toMatchObject({ kind: "exists", digest: pushed.manifest.digest });
      const read = await reader.readManifest(image(repository, ":1.0"), credentialOf(account), signal);
      expect(read).toMatchObject({ kind: "exists", bytes: Buffer.from(pushed.manifest.bytes) });
    }
  });

  it("wants one, and says the same of what is there and of what is not", async () => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    await client.push(repository, "1.0", await smallImage("oci"), alice);
    for (const reference of [":1.0", ":2.0"]) {
      const asked = image(repository, reference);
      expect(await reader.findManifest(asked, undefined, signal)).toEqual({ kind: "needs-credential" });
      expect(await reader.readManifest(asked, undefined, signal)).toEqual({ kind: "needs-credential" });
    }
  });

  it("refuses a wrong one, also after the right one was given", async () => {
    const { reader, client, image } = subject();
    const repository = newRepository();
    await client.push(repository, "1.0", await smallImage("oci"), alice);
    const asked = image(repository, ":1.0");
    const wrong = { username: "alice", password: new SecretText("not this one"), email: "" };
    for (const credential of [credentialOf(alice), wrong, { ...wrong, username: "", password: new SecretText("") }]) {
      const answer = await reader.findManifest(asked, credential, signal);
      expect(answer.kind).toBe(credential.password.reveal() === alice.password.reveal() ? "exists" : "denied");
      expect(JSON.stringify(answer)).not.toContain("not this one");
    }
  });

  it("says what is not there to those who may know", async () => {
    const { reader, image } = subject();
    const answer = await reader.findManifest(image(newRepository(), ":1.0"), credentialOf(alice), signal);
    expect(answer).toEqual({ kind: "absent" });
  });
}

function useRegistry(start: () => Promise<RunningRegistry>): () => Subject {
  let registry: RunningRegistry | undefined;
  let reader: RegistryReader | undefined;
  beforeAll(async () => {
    registry = await start();
    reader = openRegistryReader({ clock: systemClock(), userAgent: "larder/test", plainHttp: [registry.host] });
  });
  afterAll(async () => {
    reader?.close();
    await registry?.close();
  });
  return () => {
    if (registry === undefined || reader === undefined) throw new Error("the registry is started by beforeAll");
    const { host } = registry;
    const image = (repository: string, reference: string): ImageReference => {
      const parsed = parseImageReference(`${host}/${repository}${reference}`);
      if (!parsed.ok) throw new Error(parsed.error);
      return parsed.value;
    };
    return { reader, client: new RegistryClient(`http://${host}`), image };
  };
}
