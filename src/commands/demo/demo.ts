import { SecretText } from "#domain/credentials/secret-text.ts";
import { imagesToPull } from "#domain/image/images-to-pull.ts";
import type { Issue } from "#domain/issue.ts";
import type { ReportRequest } from "#domain/report/report-request.ts";
import type { ImageFinished, LarderEvent } from "#domain/run/event.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { parseImageList } from "#inputs/image-list/image-list.ts";
import { type PullPlan, pullImages } from "#workflows/pulling/pull-images.ts";
import { type OfferLookup, offerLookup } from "#workflows/resolving/offer-lookup.ts";
import { eventRecorder } from "../event-recorder.ts";
import { openOutput } from "../presenter.ts";
import { openReports, tellProblems } from "../reports/reports.ts";
import type { LarderContext, World } from "../world.ts";
import type { DemoFlags } from "./command.ts";
import { DEMO_FAULTS, DEMO_IMAGES, DEMO_PASSWORD, DEMO_USER, type DemoImage, PUBLIC_PREFIX } from "./story.ts";

const EVENTS_FILE = "larder-demo/events.ndjson";
const EVENTS: ReportRequest = { targets: [{ format: "ndjson", path: EVENTS_FILE }], columns: [] };

export async function demo(this: LarderContext, _flags: DemoFlags): Promise<void> {
  const { world } = this;
  const folder = await world.temporaryFolder();
  const registry = await startDemoRegistry(world);
  const runtime = await startEmbeddedCriRuntime({ socket: `${folder.path}/cri.sock`, clock: world.clock });
  try {
    const ends = new Map<string, ImageFinished["outcome"]>();
    const plan = planOf(registry.host, runtime.socket, world.version);
    const problems = await stock(world, plan, offersOf(registry.host), ends);
    const unexpected = DEMO_IMAGES.filter((image) => ends.get(nameOf(image, registry.host)) !== image.ends);
    world.terminal.stdout.write(closingText(registry.host, unexpected));
    const exitCode = tellProblems(
      problems,
      unexpected.length === 0 ? ExitCode.Done : ExitCode.Incomplete,
      world.terminal.stderr,
    );
    this.exitCode = world.interrupted.aborted ? ExitCode.Interrupted : exitCode;
  } finally {
    await runtime.close();
    await registry.close();
    await folder.remove();
  }
}

async function startDemoRegistry({ clock, interrupted }: World): ReturnType<typeof startEmbeddedRegistry> {
  const password = new SecretText(DEMO_PASSWORD);
  const registry = await startEmbeddedRegistry({
    clock,
    accounts: [{ username: DEMO_USER, password }],
    publicRepositories: [PUBLIC_PREFIX],
  });
  const credential = { username: DEMO_USER, password };
  for (const { repository, tag, content } of DEMO_IMAGES) {
    if (!content) continue;
    const image = await makeImage(content);
    await pushImage({ registry: registry.url, repository, tag, image, credential, signal: interrupted });
  }
  registry.setFaults(DEMO_FAULTS);
  return registry;
}

function offersOf(host: string): OfferLookup {
  const credential = { username: DEMO_USER, password: new SecretText(DEMO_PASSWORD), email: "" };
  const source = { kind: "docker-config", file: "demo" } as const;
  return offerLookup({ pullSecrets: [{ source, entries: [{ key: `${host}/acme`, credential }] }] });
}

/** The same inputs as `larder fetch` reads from files. */
function planOf(host: string, socket: string, larder: string): PullPlan {
  const list = parseImageList("demo", DEMO_IMAGES.map((image) => nameOf(image, host)).join("\n"), new Map());
  return {
    larder,
    images: imagesToPull(list.references).images,
    sockets: [socket],
    warnings: [],
    always: false,
    parallel: 4,
    imageListTimeoutMs: 10_000,
    timing: {
      overallMs: 60_000,
      initialAttemptTimeoutMs: 20_000,
      maxAttemptTimeoutMs: 20_000,
      initialDelayMs: 800,
      maxDelayMs: 5_000,
      missingGraceMs: 0,
    },
  };
}

/** Shows the run as it happens; gives why its events could not be written. */
async function stock(
  world: World,
  plan: PullPlan,
  offersFor: OfferLookup,
  ends: Map<string, ImageFinished["outcome"]>,
): Promise<readonly Issue[]> {
  const reports = await openReports(EVENTS, world.files);
  const presenter = await openOutput("text", false, world);
  const keep = {
    event(event: LarderEvent): void {
      if (event.kind === "image-finished") ends.set(event.image, event.outcome);
    },
  };
  const emit = eventRecorder(world, [presenter, reports, keep]);
  const ports = { ...world, offersFor, connect: world.connectCri, emit };
  let problems: readonly Issue[] = [];
  try {
    await pullImages(plan, ports, world.interrupted);
  } finally {
    presenter.end();
    problems = await reports.finish();
  }
  return problems;
}

function nameOf(image: DemoImage, host: string): string {
  return `${host}/${image.repository}:${image.tag}`;
}

function closingText(host: string, unexpected: readonly DemoImage[]): string {
  if (unexpected.length > 0) {
    const lines = unexpected.map((image) => `  ${nameOf(image, host)} should have ended "${image.ends}"`);
    return `\nNot all went as planned:\n${lines.join("\n")}\nThe events are in ${EVENTS_FILE}.\n`;
  }
  const width = Math.max(...DEMO_IMAGES.map((image) => image.repository.length));
  return [
    "",
    "All as planned. What you saw:",
    ...DEMO_IMAGES.map((image) => `  ${image.repository.padEnd(width)}  ${image.story}`),
    "",
    `Look at ${EVENTS_FILE}: one JSON object for each thing that happened.`,
    "As a page:  larder report --from larder-demo/events.ndjson --report html=larder-demo/report.html",
    "On a node:  larder fetch --image-list-file images.txt --docker-config config.json",
    "",
  ].join("\n");
}
