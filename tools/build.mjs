// Builds dist/: a small entry, and the program split into chunks, so that `--version`, `--help` and `fetch` load only what they
// need; with everything bundled, so that installing Larder pulls in nothing else.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { htmlAppForEsbuild } from "./html-app.mjs";
import { kubernetesClient } from "./kubernetes-client.mjs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
rmSync("dist", { recursive: true, force: true });

/** What went into the program inside the HTML report, which is shipped as text. */
const inHtml = [];

const common = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20.19",
  // Names, too: V8 keeps the source, and the agent's memory is smaller by 2 MiB.
  minify: true,
  metafile: true,
  legalComments: "none",
};

const program = await build({
  ...common,
  entryPoints: { "real-world": "src/bin/real-world.ts" },
  splitting: true,
  format: "esm",
  outExtension: { ".js": ".mjs" },
  // Some packages ship ES modules as `module` and, as `main`, a form that cannot be bundled.
  mainFields: ["module", "main"],
  // grpc-js reads .proto files with it for channelz, which Larder does not serve; it would bring a whole second codec.
  alias: { "@grpc/proto-loader": "./tools/left-out.mjs" },
  chunkNames: "chunk-[name]-[hash]",
  plugins: [htmlAppForEsbuild((inputs) => inHtml.push(...inputs)), kubernetesClient],
  // Some bundled libraries are CommonJS and ask for Node's modules by require.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

/** Leaves the program out of its entry, which imports it when it is needed. */
const programBeside = {
  name: "program-beside",
  setup: ({ onResolve }) => onResolve({ filter: /real-world/ }, () => ({ path: "./real-world.mjs", external: true })),
};

const entry = await build({
  ...common,
  entryPoints: { larder: "src/bin/larder.ts" },
  format: "cjs",
  plugins: [programBeside],
  define: { LARDER_VERSION: JSON.stringify(version) },
});

chmodSync("dist/larder.js", 0o755);
// Of all that is shipped only the entry is called .js, and it is no ES module.
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
const metafile = joined(entry.metafile, program.metafile);
writeFileSync("dist/metafile.json", JSON.stringify(metafile));
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licenses([...Object.keys(metafile.inputs), ...inHtml]));

/** One account of both builds, in which the entry imports the program. */
function joined(ofEntry, ofProgram) {
  const importProgram = (path) => ({ imports: [{ path, kind: "dynamic-import" }] });
  Object.assign(ofEntry.inputs["src/bin/larder.ts"], importProgram("src/bin/real-world.ts"));
  Object.assign(ofEntry.outputs["dist/larder.js"], importProgram("dist/real-world.mjs"));
  return {
    inputs: { ...ofProgram.inputs, ...ofEntry.inputs },
    outputs: { ...ofProgram.outputs, ...ofEntry.outputs },
  };
}

/** The licence texts of everything that was bundled, which those licences ask for. */
function licenses(inputs) {
  const folders = new Set(inputs.flatMap((input) => input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  return [...folders]
    .toSorted()
    .map((folder) => {
      const { name, version: released, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      return `${name} ${released} (${license})\n\n${licenseText(folder)}`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

function licenseText(folder) {
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]) {
    try {
      return readFileSync(`${folder}/${file}`, "utf8");
    } catch {
      // The next spelling.
    }
  }
  return "The package carries no licence text of its own.\n";
}
