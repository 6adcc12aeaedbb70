/** Larder on the cluster of this tier, as its users run it: the built program, a file, and a user who has the roles of `deploy/`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import { type LarderOptions, type LarderRun, type ParsedEvent, runLarder } from "../../kit/run-larder.ts";
import { larderImage } from "./larder-image.ts";
import { type Grant, grant, makeNamespaces, makeUser, type RolePlaces } from "./roles.ts";
import { closeSpace, makeSpace, type Space } from "./space.ts";

export interface TestStock {
  readonly name: string;
  readonly images: readonly (string | { readonly ref: string; readonly secrets: readonly string[] })[];
  /** Names of nodes; a cluster that is kept has others, too. */
  readonly nodes: readonly string[];
  /** Accounts whose secrets lie in the space's namespace. @default none */
  readonly secrets?: readonly string[];
  /** What else stands in `spec`. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Desk {
  /** Images, pull secrets, and pods that ask the kubelet. */
  readonly space: Space;
  /** Where the Stocks are. */
  readonly namespace: string;
  readonly user: string;
  readonly folder: string;
  readonly places: RolePlaces;
  runCli(args: readonly string[], options?: LarderOptions): Promise<LarderRun>;
  /** Writes Stocks into a file. @returns its path */
  stockFile(...stocks: readonly TestStock[]): Promise<string>;
}

export interface DeskOptions {
  /** @default all that the commands of stocking need, in namespaces that somebody made */
  readonly rights?: Grant;
  /** `up` makes the namespaces. @default false */
  readonly hasNoNamespaces?: boolean;
  /** @default alice */
  readonly accounts?: readonly ("alice" | "bob")[];
}

export const everyRole: Grant = { files: ["up", "await", "down", "label-nodes", "pull-secrets"] };

/**
 * @param context of a test that runs beside others
 * @returns a desk that lasts until the end of the test that is running
 */
export async function openDesk(
  options: DeskOptions = {},
  context: Pick<TestContext, "onTestFinished"> = { onTestFinished },
): Promise<Desk> {
  const { desk, close } = await makeDesk(options);
  context.onTestFinished(close);
  return desk;
}

async function makeDesk({
  rights = everyRole,
  hasNoNamespaces = false,
  accounts = ["alice"],
}: DeskOptions = {}): Promise<{ desk: Desk; close: () => Promise<void> }> {
  const image = await larderImage();
  const space = await makeSpace();
  for (const account of accounts) await space.pullSecret(account);
  const places = { stock: `${space.namespace}-stock`, secrets: space.namespace };
  const user = `user-${space.namespace}`;
  const kubeconfig = await makeUser(user);
  const removeNamespaces = hasNoNamespaces ? async () => {} : await makeNamespaces(places);
  const removeRoles = await grant(user, rights, places, space.namespace);
  const folder = await mkdtemp(join(tmpdir(), "larder-desk-"));
  const environment = { KUBECONFIG: kubeconfig, LARDER_AGENT_IMAGE: image };
  let files = 0;
  const desk: Desk = {
    space,
    namespace: places.stock,
    user,
    folder,
    places,
    runCli: (args, options = {}) =>
      runLarder(args, { cwd: folder, ...options, environment: { ...environment, ...options.environment } }),
    async stockFile(...stocks) {
      const path = join(folder, `larder-${++files}.yaml`);
      await writeFile(path, stocks.map((stock) => JSON.stringify(documentOf(stock, places))).join("\n---\n"));
      return path;
    },
  };
  const close = async (): Promise<void> => {
    await removeRoles();
    await removeNamespaces();
    await closeSpace(space);
    await rm(folder, { recursive: true, force: true });
  };
  return { desk, close };
}

function documentOf({ name, images, nodes, secrets = [], spec }: TestStock, places: RolePlaces): object {
  return {
    apiVersion: "larder.dev/v1alpha1",
    kind: "Stock",
    metadata: { name, namespace: places.stock },
    spec: {
      images,
      nodes: { names: nodes },
      pullSecrets: secrets.map((secret) => `${places.secrets}/${secret}`),
      ...spec,
    },
  };
}

/** What became of each image on each node: `NODE NAME` → `pulled`, or `failed not-found`; the last word counts. */
export function outcomes({ events }: LarderRun): Record<string, string> {
  const finished = events.filter(({ kind }) => kind === "image-finished");
  return Object.fromEntries(
    finished.map((event) => [`${String(event["node"])} ${nameOf(String(event["image"]))}`, outcomeOf(event)]),
  );
}

/** `app` of `locked.test:5001/t-0123/app:1` */
export function nameOf(image: string): string {
  return image.replace(/^.*\//, "").replace(/:1$/, "");
}

function outcomeOf(event: ParsedEvent): string {
  return [event["outcome"], event["class"]].filter((word) => typeof word === "string").join(" ");
}
