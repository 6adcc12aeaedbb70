// The program inside the HTML report: bundled once from src/present/html/app and given to whoever imports "virtual:html-app",
// as two strings, `script` and `style`. The build and the tests share it, so that nothing built is committed.
import { build } from "esbuild";

const NAME = "virtual:html-app";

/** @returns {Promise<{ script: string; style: string; inputs: string[] }>} */
async function bundleHtmlApp() {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/present/html/app/main.tsx"],
    outdir: "unused",
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "iife",
    target: ["chrome103", "firefox113", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    banner: { js: "/* Contains Preact, (c) 2015-present Jason Miller, MIT licence: https://preactjs.com */" },
  });
  const textOf = (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text.trim() ?? "";
  const [script, style] = [textOf(".js"), textOf(".css")];
  if (/<\/(?:script|style)|<!--/i.test(script + style))
    throw new Error("the program of the HTML report would close its own tag");
  return { script, style, inputs: Object.keys(metafile.inputs) };
}

async function htmlAppModule() {
  const { script, style, inputs } = await bundleHtmlApp();
  const contents = `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`;
  return { contents, inputs };
}

/**
 * For esbuild.
 * @param {(inputs: string[]) => void} [onBundled] learns which files went into the program
 * @returns {import("esbuild").Plugin}
 */
export function htmlAppForEsbuild(onBundled) {
  return {
    name: NAME,
    setup(bundle) {
      bundle.onResolve({ filter: /^virtual:html-app$/ }, () => ({ path: NAME, namespace: "larder" }));
      bundle.onLoad({ filter: /.*/, namespace: "larder" }, async () => {
        const { contents, inputs } = await htmlAppModule();
        onBundled?.(inputs);
        return { contents, loader: "js" };
      });
    },
  };
}

/** For Vite and Vitest. */
export function htmlAppForVite() {
  const id = `\0${NAME}`;
  return {
    name: NAME,
    resolveId: (source) => (source === NAME ? id : undefined),
    load: async (asked) => (asked === id ? (await htmlAppModule()).contents : undefined),
  };
}
