// Builds dist/: one entry, split into chunks, so that `--version`, `--help` and `fetch` load only what they need, and with
// everything bundled, so that installing Larder pulls in nothing else.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { htmlAppForEsbuild } from "./html-app.mjs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
rmSync("dist", { recursive: true, force: true });

/** What went into the program inside the HTML report, which is shipped as text. */
const inHtml = [];

const { metafile } = await build({
  entryPoints: { larder: "src/bin/larder.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Some packages ship ES modules as `module` and, as `main`, a form that cannot be bundled.
  mainFields: ["module", "main"],
  minifySyntax: true,
  metafile: true,
  legalComments: "none",
  // grpc-js reads .proto files with it for channelz, which Larder does not serve; it would bring a whole second codec.
  alias: { "@grpc/proto-loader": "./tools/left-out.mjs" },
  chunkNames: "chunk-[name]-[hash]",
  plugins: [htmlAppForEsbuild((inputs) => inHtml.push(...inputs))],
  define: { LARDER_VERSION: JSON.stringify(version) },
  // Some bundled libraries are CommonJS and ask for Node's modules by require.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

const entry = readFileSync("dist/larder.js", "utf8");
writeFileSync("dist/larder.js", `#!/usr/bin/env node\n${entry}`, { mode: 0o755 });
writeFileSync("dist/metafile.json", JSON.stringify(metafile));
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licenses([...Object.keys(metafile.inputs), ...inHtml]));

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
