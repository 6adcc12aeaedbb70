/** The guard on a real API server: the same tests for each version. */
import { readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLog } from "../../../cluster/control-plane/audit.ts";
import type { Cluster } from "../../../cluster/folder.ts";
import { isImageListed } from "../../../src/domain/guard/listed-image.ts";
import { guardStatus } from "../../../src/workflows/guarding/guard-status.ts";
import { eventually } from "../harness/eventually.ts";
import { allowing, type Desk, LISTED, normalized, openDesk, patterns, tryImage, tryObject, tryPod } from "./desk.ts";

const sha = `sha256:${"4f".repeat(32)}`;
const UNLISTED = "quay.io/acme/not:1";

export function guardSuite(version: string, openTheCluster: () => Promise<Cluster>): void {
  describe(`the guard on an API server ${version}`, () => {
    let desk: Desk;
    let qa: string;
    beforeAll(async () => {
      desk = await openDesk(await openTheCluster());
      qa = await desk.namespace("qa-1");
      await desk.on();
    });
    afterAll(async () => desk.close());

    it("refuses what is on no list, says where it stands and what to do, and lets in what is listed", async () => {
      expect(await tryImage(desk, qa, LISTED)).toBe("");
      const words = await tryImage(desk, qa, UNLISTED);
      expect(words).toContain(`pods "tried" is forbidden`);
      expect(words).toContain(`image ${UNLISTED} of container main is on no list of Stock ${desk.name}: list it`);
      expect(words).toContain("larder up");
    });

    const container = (image: string, name = "main") => ({ name, image });
    it.each([
      ["init container", { containers: [container(LISTED)], initContainers: [container(UNLISTED, "first")] }, "first"],
      [
        "image volume",
        { containers: [container(LISTED)], volumes: [{ name: "data", image: { reference: UNLISTED } }] },
        "data",
      ],
      ["container", { containers: [container(LISTED), container(UNLISTED, "second")] }, "second"],
    ])("looks at every %s of a pod", async (place, spec, name) => {
      expect(await tryPod(desk, qa, spec)).toContain(`image ${UNLISTED} of ${place} ${name} is on no list`);
    });

    it("looks at ephemeral containers, and leaves alone what a pod had before", async () => {
      const pods = `/api/v1/namespaces/${qa}/pods`;
      const body = (name: string, image: string) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name },
        spec: { nodeSelector: { "larder.dev/test": "nowhere" }, containers: [container(image)] },
      });
      expect((await desk.send("POST", pods, body("debugged", LISTED))).status).toBe(201);
      const debug = (image: string) =>
        desk.send("PATCH", `${pods}/debugged/ephemeralcontainers?dryRun=All`, {
          spec: { ephemeralContainers: [container(image, "debugger")] },
        });
      expect((await debug(UNLISTED)).body).toContain(`image ${UNLISTED} of ephemeral container debugger`);
      expect((await debug(LISTED)).status).toBe(200);
      const image = (to: string) =>
        desk.send("PATCH", `${pods}/debugged?dryRun=All`, { spec: { containers: [container(to)] } });
      expect((await image(UNLISTED)).body).toContain("is on no list");
      await desk.off();
      expect((await desk.send("POST", pods, body("older", UNLISTED))).status).toBe(201);
      await desk.on();
      const relabelled = await desk.send("PATCH", `${pods}/older`, { metadata: { labels: { a: "b" } } });
      expect(relabelled.status).toBe(200);
    });

    it.each(workloads(qaPath))("looks at the template of a %s", async (_kind, path, objectWith) => {
      expect(await tryObject(desk, path(qa), objectWith(LISTED))).toBe("");
      expect(await tryObject(desk, path(qa), objectWith(UNLISTED))).toContain(
        `image ${UNLISTED} of container main is on no list`,
      );
    });

    it("knows an image by every spelling, and takes none for another", async () => {
      const listed = ["nginx", "acme/app:2", `quay.io/acme/pinned:3@${sha}`, "localhost:5000/a/b", LISTED];
      await desk.on({ images: normalized(listed) });
      const isListed = new Map([
        ...["nginx", "nginx:latest", "library/nginx", "docker.io/nginx", "docker.io/library/nginx:latest"].map(yes),
        ...["index.docker.io/nginx", "index.docker.io/library/nginx:latest"].map(yes),
        ...["acme/app:2", "docker.io/acme/app:2", "index.docker.io/acme/app:2"].map(yes),
        ...[`quay.io/acme/pinned@${sha}`, `quay.io/acme/pinned:3@${sha}`, `quay.io/acme/pinned:4@${sha}`].map(yes),
        ...["localhost:5000/a/b", "localhost:5000/a/b:latest"].map(yes),
        ...["nginx:1", "library/nginx:1", "docker.io/nginx/nginx", "quay.io/nginx", "nginx.io/nginx"].map(no),
        ...["acme/app", "library/acme/app:2", "quay.io/acme/app:2", "docker.io/library/acme/app:2"].map(no),
        ...["quay.io/acme/pinned:3", `quay.io/acme/app:1@${sha}`, `quay.io/acme/app@${sha}`].map(no),
        ...["localhost/a/b", "a/b", "QUAY.io/acme/app:1", "quay.io/acme/app:1x", "xquay.io/acme/app:1"].map(no),
        ...[`quay.io/acme/pinned@${sha.replace("4f", "4e")}`, "quay.io:443/acme/app:1", "a".repeat(64)].map(no),
      ]);
      const asked = [...isListed.keys()];
      const answers = await Promise.all(asked.map(async (image) => [image, (await tryImage(desk, qa, image)) === ""]));
      expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(isListed));
      // The same is said by the rule that counts what runs already.
      const set = new Set(normalized(listed));
      expect(asked.filter((image) => isImageListed(image, set, []) !== isListed.get(image))).toEqual([]);
    });

    it("lets in what is allowed, by patterns of every form", async () => {
      const allowed = allowing("quay.io/mesh/*=sidecars", "busybox=tests", "*.example.com/*/debug:*=debuggers");
      await desk.on({ allowed });
      const images = [
        ...["quay.io/mesh/proxy:1", "quay.io/mesh/a/b", "busybox", "docker.io/library/busybox:latest"].map(yes),
        ...["eu.example.com/team/debug:7", "busybox:1", "quay.io/meshed/proxy:1", "example.com/team/debug:7"].map(
          (image) => [image, image.startsWith("eu.")] as const,
        ),
        ...["evil.io/eu.example.com/team/debug:7", "docker.io/quay.io/mesh/proxy"].map(no),
      ];
      for (const [image, isIn] of images)
        expect([image, (await tryImage(desk, qa, image)) === ""]).toEqual([image, isIn]);
      expect(images.filter(([image, isIn]) => isImageListed(image, new Set(), allowed) !== isIn)).toEqual([]);
    });

    it("guards the namespaces that patterns and labels take, also those that are made later, and no other", async () => {
      await desk.on({ namespaces: patterns([`${desk.name}-qa-*`, `*-x-${desk.name}`, `${desk.name}-a*z`]) });
      const refused = async (namespace: string) => (await tryImage(desk, namespace, UNLISTED)) !== "";
      expect(await refused(await desk.namespace("qa-later"))).toBe(true);
      expect(await refused(await desk.namespace("abcz"))).toBe(true);
      expect(await refused(await desk.namespace("qa"))).toBe(false);
      expect(await refused("default")).toBe(false);
      await desk.on({ namespaces: [], selector: [{ key: "larder.dev/test", operator: "In", values: [desk.name] }] });
      expect(await refused(await desk.namespace("labelled", { "larder.dev/test": desk.name }))).toBe(true);
      expect(await refused(qa)).toBe(false);
    });

    it("never guards the system, even if a policy is told to", async () => {
      const labels = { labels: { "larder.dev/test": desk.name } };
      for (const namespace of ["kube-system", "kube-public"]) {
        await desk.send("PATCH", `/api/v1/namespaces/${namespace}`, { metadata: labels });
      }
      const selector = [{ key: "larder.dev/test", operator: "In" as const, values: [desk.name] }];
      await desk.on({ namespaces: [], selector });
      for (const namespace of ["kube-system", "kube-public"]) {
        expect(await tryImage(desk, namespace, UNLISTED)).not.toContain("ValidatingAdmissionPolicy");
        await desk.send("PATCH", `/api/v1/namespaces/${namespace}`, {
          metadata: { labels: { "larder.dev/test": null } },
        });
      }
    });

    it("warns instead of refusing", async () => {
      await desk.on({ mode: "warn" });
      const metadata = { name: "warned", namespace: qa };
      const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container(UNLISTED)] } };
      const created = await desk.api.create(pod, { isDryRun: true }, AbortSignal.timeout(30_000));
      expect(created.ok).toBe(true);
      expect(desk.warnings.join("\n")).toContain(`image ${UNLISTED} of container main is on no list`);
    });

    it("notes it in the audit log instead of refusing", async () => {
      await desk.on({ mode: "audit" });
      const before = (await stat(auditLog(desk.cluster))).size;
      expect(await tryImage(desk, qa, UNLISTED)).toBe("");
      await eventually("the entry in the audit log", async () => {
        const log = (await readFile(auditLog(desk.cluster))).subarray(before).toString();
        return log.includes("validation_failure") && log.includes(UNLISTED) ? true : undefined;
      });
    });

    it("carries 2,000 names and a pod of 40 images, and 5,000 names", async () => {
      for (const names of [2_000, 5_000]) {
        const images = Array.from({ length: names }, (_, n) => `quay.io/acme/team/application:build-${n}`);
        await desk.on({ images });
        const pod = (count: number) => ({
          automountServiceAccountToken: false,
          containers: images.slice(-count).map((image, n) => container(image, `c${n}`)),
        });
        expect(await tryPod(desk, qa, pod(40))).toBe("");
        const last = { containers: [...pod(39).containers, container(UNLISTED, "last")] };
        expect(await tryPod(desk, qa, last)).toContain(`image ${UNLISTED} of container last is on no list`);
        expect(await tryPod(desk, qa, pod(500))).toBe("");
      }
    });

    it("cannot be got around by what is too large to look at", async () => {
      await desk.on();
      const many = (count: number, image: (n: number) => string) =>
        tryPod(desk, qa, {
          automountServiceAccountToken: false,
          containers: Array.from({ length: count }, (_, n) => container(image(n), `c${n}`)),
        });
      expect(await many(501, () => LISTED)).toContain("501 containers and volumes in one object are too many");
      expect(await many(500, (n) => `quay.io/acme/${"x".repeat(700)}:${n}`)).toContain("are on no list");
      expect(await tryImage(desk, qa, "x".repeat(100_000))).toContain("is on no list");
    });

    it("shows what it takes, that it is in force, and what runs past it", async () => {
      await desk.on({ images: normalized([LISTED, "nginx"]), allowed: allowing("quay.io/mesh/*=sidecars") });
      const status = await guardStatus(desk.name, desk.api, AbortSignal.timeout(30_000));
      if (!status.ok) throw new Error(status.error.message);
      expect(status.value).toMatchObject([
        { name: desk.name, mode: "deny", images: 2, isEnforced: true, namespaces: [`${desk.name}-qa-*`] },
      ]);
      expect(status.value[0]?.guarded).toContain(qa);
      expect(status.value[0]?.unlisted).toEqual([{ namespace: qa, pod: "older", images: [UNLISTED] }]);
    });

    it("is gone when it is off, leaves nothing, and can be put up again", async () => {
      await desk.on();
      expect(await desk.off()).toBe(3);
      expect(await tryImage(desk, qa, UNLISTED)).toBe("");
      expect(await desk.off()).toBe(0);
      for (const resource of ["validatingadmissionpolicies", "validatingadmissionpolicybindings"]) {
        const query = `labelSelector=${encodeURIComponent(`larder.dev/stock=${desk.name}`)}`;
        const { body } = await desk.send("GET", `/apis/admissionregistration.k8s.io/v1/${resource}?${query}`);
        expect((JSON.parse(body) as { items: unknown[] }).items).toEqual([]);
      }
      await desk.on();
      expect(await tryImage(desk, qa, UNLISTED)).not.toBe("");
    });
  });
}

function yes(image: string): readonly [string, boolean] {
  return [image, true];
}

function no(image: string): readonly [string, boolean] {
  return [image, false];
}

type Workload = readonly [kind: string, path: (namespace: string) => string, objectWith: (image: string) => object];

function qaPath(group: string, resource: string): (namespace: string) => string {
  return (namespace) => `${group}/namespaces/${namespace}/${resource}`;
}

function workloads(pathOf: typeof qaPath): Workload[] {
  const metadata = { name: "tried" };
  const selector = { matchLabels: { a: "b" } };
  const template = (image: string, more: object = {}) => ({
    metadata: { labels: { a: "b" } },
    spec: { containers: [{ name: "main", image }], ...more },
  });
  const once = { restartPolicy: "Never" };
  const apps = (kind: string, more: object = {}): Workload => [
    kind,
    pathOf("/apis/apps/v1", `${kind.toLowerCase()}s`),
    (image) => ({ apiVersion: "apps/v1", kind, metadata, spec: { selector, template: template(image), ...more } }),
  ];
  return [
    apps("Deployment"),
    apps("ReplicaSet"),
    apps("DaemonSet"),
    apps("StatefulSet", { serviceName: "s" }),
    [
      "ReplicationController",
      pathOf("/api/v1", "replicationcontrollers"),
      (image) => ({ apiVersion: "v1", kind: "ReplicationController", metadata, spec: { template: template(image) } }),
    ],
    [
      "Job",
      pathOf("/apis/batch/v1", "jobs"),
      (image) => ({ apiVersion: "batch/v1", kind: "Job", metadata, spec: { template: template(image, once) } }),
    ],
    [
      "CronJob",
      pathOf("/apis/batch/v1", "cronjobs"),
      (image) => ({
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata,
        spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: template(image, once) } } },
      }),
    ],
  ];
}
