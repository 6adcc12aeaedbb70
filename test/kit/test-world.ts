import type { LarderContext, World } from "#commands/world.ts";
import type { Issue } from "#domain/issue.ts";
import { fail, ok } from "#domain/result.ts";
import type { CredentialPlugins } from "#ports/credential-plugin.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import { CollectingSink } from "./collecting-sink.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface TestWorldSetup {
  /** Text by path. A folder is there as soon as a file is in it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly plugins?: CredentialPlugins;
  readonly interrupted?: AbortSignal;
  /** The cluster that every kubeconfig means; without it each is missing. */
  readonly kubernetes?: KubernetesApi;
}

/** A World without an outside, and what a command wrote into it. */
export function testWorld({ files = {}, plugins, interrupted, kubernetes }: TestWorldSetup = {}) {
  const stdout = new CollectingSink();
  const stderr = new CollectingSink();
  const world: World = {
    version: "0.0.0",
    clock: new VirtualClock(),
    files: {
      async read(path) {
        const text = files[path];
        return text === undefined ? fail("does not exist") : ok(Buffer.from(text));
      },
      async list(path) {
        const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
        if (names.length > 0) return ok(names.map((file) => file.slice(path.length + 1)));
        return path in files ? ok(undefined) : fail("does not exist");
      },
      async listBelow(path) {
        const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
        if (below.length > 0) return ok(below.toSorted());
        return path in files ? ok(undefined) : fail("does not exist");
      },
      checkReadable: async (path) => (path in files ? ok(undefined) : fail("does not exist")),
      async *readPieces(path) {
        yield Buffer.from(files[path] ?? "");
      },
      checkWritable: async () => fail("may not be written by this user"),
      openText: async () => fail("may not be written by this user"),
      socketState: async () => "absent",
    },
    terminal: { stdout, stderr },
    async *stdin() {},
    environment: {},
    hostName: "worker-1",
    interrupted: interrupted ?? new AbortController().signal,
    random: () => 0.5,
    newRunId: () => "run-1",
    temporaryFolder: async () => ({ path: "/tmp", remove: async () => {} }),
    openCredentialPlugins: async () => plugins ?? { ask: async () => fail("it does not exist") },
    readStandardInput: async () => fail("is not there"),
    openRegistries: async () => {
      throw new Error("no registry here");
    },
    connectCri: () => Promise.reject(new Error("there is no runtime in this world")),
    openKubernetes: async ({ kubeconfig = "kubeconfig" }) =>
      kubernetes === undefined ? fail(noKubeconfig(kubeconfig)) : ok(kubernetes),
  };
  const context: LarderContext = { world, exitCode: 0, process: { stdout, stderr } };
  return { world, context, stdout, stderr };
}

function noKubeconfig(file: string): Issue {
  return { code: "KUBECONFIG_INVALID", at: { file }, problem: "it does not exist", remedy: "name another one" };
}
