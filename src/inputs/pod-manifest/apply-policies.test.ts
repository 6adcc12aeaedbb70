import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { decideChanges } from "#domain/policy/change.ts";
import { applyPolicies } from "./apply-policies.ts";

const app = "quay.io/acme/app:1";
const db = "quay.io/acme/db:2";
const tool = "quay.io/acme/tool:latest";
const gone = "quay.io/acme/gone:1";
const registry = "quay.io";

const decide = decideChanges([
  { image: app, registry, policy: "Never", reason: "all 3 nodes serve it" },
  { image: db, registry, policy: "IfNotPresent", reason: "it is absent on 1 of 3 nodes" },
  { image: tool, registry, policy: "Never", reason: "all 3 nodes serve it" },
  { image: gone, registry, policy: null, reason: "no policy helps: the secret ci/quay is wrong" },
]);

function apply(text: string) {
  const applied = applyPolicies("app.yaml", text, decide);
  if (!applied.ok) throw new Error(formatIssue(applied.error));
  return applied.value;
}

const pod = (containers: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
${containers}`;

describe("applyPolicies", () => {
  it.each<readonly [name: string, before: string, after: string]>([
    [
      "behind the image, with its comment left where it is",
      pod(`  - name: a\n    image: ${app} # pinned: see docs\n    # why\n    args: [x]   \n`),
      pod(
        `  - name: a\n    image: ${app} # pinned: see docs\n    imagePullPolicy: Never\n    # why\n    args: [x]   \n`,
      ),
    ],
    [
      "the image first in the list entry, and the last of the file without a line end",
      pod(`    - image: ${app}\n      name: a\n    -   image: "${app}"`),
      pod(
        `    - image: ${app}\n      imagePullPolicy: Never\n      name: a\n    -   image: "${app}"\n        imagePullPolicy: "Never"`,
      ),
    ],
    [
      "in the place of another policy, in its quotes",
      pod(
        `  - {name: a, image: ${app}, imagePullPolicy: 'IfNotPresent'} # x\n  - name: b\n    imagePullPolicy:   "Never"  # y\n    image: ${db}\n`,
      ),
      pod(
        `  - {name: a, image: ${app}, imagePullPolicy: 'Never'} # x\n  - name: b\n    imagePullPolicy:   "IfNotPresent"  # y\n    image: ${db}\n`,
      ),
    ],
    [
      "a key without a value, or with an empty one",
      pod(
        `  - image: ${app}\n    imagePullPolicy:   # later\n    name: a\n  - image: ${app}\n    imagePullPolicy: ""\n`,
      ),
      pod(
        `  - image: ${app}\n    imagePullPolicy: Never   # later\n    name: a\n  - image: ${app}\n    imagePullPolicy: "Never"\n`,
      ),
    ],
    [
      "flow style on one line and on several",
      pod(
        `  - {image: ${app}, name: a}\n  - {"image":"${app}"}\n  - {\n      name: c,\n      image: ${app}  # c\n    }\n`,
      ),
      pod(
        `  - {image: ${app}, imagePullPolicy: Never, name: a}\n  - {"image":"${app}","imagePullPolicy":"Never"}\n  - {\n      name: c,\n      image: ${app},\n      imagePullPolicy: Never  # c\n    }\n`,
      ),
    ],
    [
      "an image in a block scalar, and on a line of its own",
      pod(
        `  - name: a\n    image: >-\n      ${app}\n    args: []\n  - name: b\n    image:\n      ${app}\n    args: []\n`,
      ),
      pod(
        `  - imagePullPolicy: Never\n    name: a\n    image: >-\n      ${app}\n    args: []\n  - name: b\n    image:\n      ${app}\n    imagePullPolicy: Never\n    args: []\n`,
      ),
    ],
    [
      "CRLF, tabs before comments, a byte order mark",
      `\ufeff${pod(`  - name: a\n    image:\t${app}\t# tab\n    tty: true\n`)}`.replaceAll("\n", "\r\n"),
      `\ufeff${pod(`  - name: a\n    image:\t${app}\t# tab\n    imagePullPolicy:\tNever\n    tty: true\n`)}`.replaceAll(
        "\n",
        "\r\n",
      ),
    ],
    [
      "CRLF without a last line end",
      pod(`  - image: ${app}`).replaceAll("\n", "\r\n"),
      pod(`  - image: ${app}\n    imagePullPolicy: Never`).replaceAll("\n", "\r\n"),
    ],
    [
      "an image by an anchor, and one that is merged in",
      `kind: Pod\nspec:\n  containers:\n  - name: a\n    image: &i ${app}\n  - name: b\n    image: *i\n    tty: &t true\n`,
      `kind: Pod\nspec:\n  containers:\n  - name: a\n    image: &i ${app}\n    imagePullPolicy: Never\n  - name: b\n    image: *i\n    imagePullPolicy: Never\n    tty: &t true\n`,
    ],
    [
      "a merge key that brings the image",
      `kind: Pod\nmetadata:\n  annotations: &c\n    image: ${app}\nspec:\n  containers:\n  - <<: *c\n    name: a\n`,
      `kind: Pod\nmetadata:\n  annotations: &c\n    image: ${app}\nspec:\n  containers:\n  - imagePullPolicy: Never\n    <<: *c\n    name: a\n`,
    ],
    [
      "a container that inherits what it must not have",
      `kind: Pod\nspec:\n  containers:\n  - &a\n    name: a\n    image: ${app}\n  - <<: *a\n    name: b\n    image: ${db}\n`,
      `kind: Pod\nspec:\n  containers:\n  - &a\n    name: a\n    image: ${app}\n    imagePullPolicy: Never\n  - <<: *a\n    name: b\n    image: ${db}\n    imagePullPolicy: IfNotPresent\n`,
    ],
    [
      "the same container twice by an alias: once in the text",
      `kind: Pod\nspec:\n  initContainers: &c\n  - image: ${app}\n  containers: *c\n`,
      `kind: Pod\nspec:\n  initContainers: &c\n  - image: ${app}\n    imagePullPolicy: Never\n  containers: *c\n`,
    ],
    [
      "several documents with directives, comments and ends",
      `# head\n%YAML 1.2\n---\n# only a comment\n---\n${pod(`  - image: ${app}\n`)}...\n---\nkind: Job\nspec: {template: {spec: {containers: [{image: '${app}'}]}}}\n`,
      `# head\n%YAML 1.2\n---\n# only a comment\n---\n${pod(`  - image: ${app}\n    imagePullPolicy: Never\n`)}...\n---\nkind: Job\nspec: {template: {spec: {containers: [{image: '${app}', imagePullPolicy: 'Never'}]}}}\n`,
    ],
    [
      "JSON, compact",
      `{"kind":"Pod","spec":{"containers":[{"name":"a","image":"${app}"}]}}`,
      `{"kind":"Pod","spec":{"containers":[{"name":"a","image":"${app}","imagePullPolicy":"Never"}]}}`,
    ],
    [
      "JSON, indented with tabs",
      `{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"containers": [\n\t\t\t{\n\t\t\t\t"image": "${app}",\n\t\t\t\t"name": "a"\n\t\t\t}\n\t\t]\n\t}\n}\n`,
      `{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"containers": [\n\t\t\t{\n\t\t\t\t"image": "${app}",\n\t\t\t\t"imagePullPolicy": "Never",\n\t\t\t\t"name": "a"\n\t\t\t}\n\t\t]\n\t}\n}\n`,
    ],
    [
      "init and ephemeral containers and image volumes",
      `kind: Pod\nspec:\n  initContainers: [{image: "${app}"}]\n  ephemeralContainers:\n  - image: ${app}\n  volumes:\n  - name: v\n    image:\n      reference: ${app}\n      pullPolicy: IfNotPresent\n  - image: {reference: ${app}}\n`,
      `kind: Pod\nspec:\n  initContainers: [{image: "${app}", imagePullPolicy: "Never"}]\n  ephemeralContainers:\n  - image: ${app}\n    imagePullPolicy: Never\n  volumes:\n  - name: v\n    image:\n      reference: ${app}\n      pullPolicy: Never\n  - image: {reference: ${app}, pullPolicy: Never}\n`,
    ],
    [
      "a template in quotes that is YAML nevertheless",
      pod(`  - image: ${app}\n    env: [{name: A, value: "{{ .Values.a }}"}]\n  - image: "{{ .Values.image }}"\n`),
      pod(
        `  - image: ${app}\n    imagePullPolicy: Never\n    env: [{name: A, value: "{{ .Values.a }}"}]\n  - image: "{{ .Values.image }}"\n`,
      ),
    ],
  ])("writes %s", (_name, before, after) => {
    expect(apply(before).text).toBe(after);
    expect(apply(after)).toMatchObject({ text: after, changed: [], issues: [] });
  });

  it.each([
    ["Deployment", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["StatefulSet", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["DaemonSet", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["ReplicaSet", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["ReplicationController", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["DeploymentConfig", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["Job", "spec:\n  template:\n    spec:\n      CONTAINERS"],
    ["CronJob", "spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          CONTAINERS"],
    ["PodTemplate", "template:\n  spec:\n    CONTAINERS"],
    ["Pod", "spec:\n  CONTAINERS"],
  ])("finds the containers of a %s, alone and in a list", (kind, shape) => {
    const spec = shape.replace("CONTAINERS", `containers: [{name: a, image: ${app}}]`);
    const object = `kind: ${kind}\nmetadata: {name: x}\n${spec}\n`;
    const about = `${kind} x, container a`;
    expect(apply(object).changed).toMatchObject([{ about, image: app, from: null, to: "Never" }]);
    const indented = object.trimEnd().replaceAll("\n", "\n  ");
    expect(apply(`kind: List\nitems:\n- ${indented}\n- ${indented}\n`).changed).toMatchObject([{ about }, { about }]);
    const untyped = indented.split("\n  ").slice(1).join("\n  ");
    expect(apply(`kind: ${kind}List\nitems:\n- ${untyped}\n`).changed).toMatchObject([{ about }]);
  });

  it("changes nothing elsewhere, however much it looks like an image", () => {
    const text = [
      `kind: ConfigMap\ndata:\n  pod.yaml: |\n    kind: Pod\n    spec: {containers: [{image: ${app}}]}\n`,
      `containers: [{image: ${app}}]\n`,
      `kind: Pod\nspec: {containers: [{image: ${app}1}, {image: other}, {image: [x]}, null, {name: b}], template: {spec: {containers: [{image: ${app}}]}}}\n`,
      `kind: CustomThing\nspec: {containers: [{image: ${app}}]}\n`,
      "kind: PodList\nitems: {}\n",
    ].join("---\n");
    expect(apply(text)).toEqual({ text, changed: [], left: [], issues: [] });
  });

  it("leaves an Always, the Always of latest, other spellings and what no policy helps, and says why", () => {
    const text = pod(
      [
        `  - {name: a, image: ${app}, imagePullPolicy: Always}`,
        `  - {name: b, image: ${tool}}`,
        `  - {name: c, image: ${gone}, imagePullPolicy: IfNotPresent}`,
        `  - {name: d, image: ${db}, imagePullPolicy: Always}`,
        `  - {name: e, image: quay.io/acme/tool}`,
      ].join("\n"),
    );
    const applied = apply(text);
    expect(applied).toMatchObject({ text, changed: [], issues: [] });
    expect(applied.left.map(({ about, why, at }) => `${at.line} ${about}: ${why}`)).toEqual([
      "7 Pod p, container a: it says Always",
      "8 Pod p, container b: without a policy, latest means Always",
      "9 Pod p, container c: no policy helps: the secret ci/quay is wrong",
      `11 Pod p, container e: only the spelling ${tool} was proven`,
    ]);
    const written = pod(`  - {image: ${tool}, imagePullPolicy: IfNotPresent}\n`);
    expect(apply(written).text).toBe(written.replace("IfNotPresent", "Never"));
  });

  it("leaves a document alone where an anchor says it of something else, too, and changes the others", () => {
    const tangled = [
      `kind: Pod\nmetadata:\n  labels: {policy: &p IfNotPresent}\nspec:\n  containers:\n  - image: ${app}\n    imagePullPolicy: &q IfNotPresent\n  - image: other\n    imagePullPolicy: *q\n`,
      `kind: Pod\nmetadata: {x: &c {image: ${app}}}\nspec: {containers: [*c]}\n`,
    ];
    for (const document of tangled) {
      const text = `${document}---\n${pod(`  - image: ${app}\n`)}`;
      const applied = apply(text);
      expect(applied.text).toBe(`${document}---\n${pod(`  - image: ${app}\n    imagePullPolicy: Never\n`)}`);
      expect(applied.changed).toHaveLength(1);
      expect(applied.issues).toMatchObject([{ code: "MANIFEST_TANGLED" }]);
    }
  });

  it.each([
    ["{{- if .Values.on }}\nkind: Pod\n{{- end }}\n", /a template and no YAML/],
    [`kind: Pod\nspec:\n  containers:\n  - image: ${app}\n  {{- with .x }}\n  {{- end }}\n`, /a template and no YAML/],
    ["kind: Pod\nkind: Pod\n", /not YAML \(map keys must be unique/],
    ['{"kind":"Pod"}\n{"kind":"Pod"}\n', /not YAML/],
    ["kind: Pod\nx: *gone\n", /not YAML/],
  ])("names what cannot be read: %j", (text, why) => {
    const applied = applyPolicies("t.yaml", text, decide);
    expect(applied).toMatchObject({ ok: false, error: { code: "YAML_INVALID", remedy: "the file is left alone" } });
    expect(applied.ok ? "" : formatIssue(applied.error)).toMatch(why);
  });
});
