import type { Plugin } from "esbuild";

export function htmlAppForEsbuild(onBundled?: (inputs: string[]) => void): Plugin;
export function htmlAppForVite(): {
  name: string;
  resolveId(source: string): string | undefined;
  load(asked: string): Promise<string | undefined>;
};
