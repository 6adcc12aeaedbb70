/** The program inside the report, bundled from `app` when Larder is built or tested (tools/html-app.mjs). */
declare module "virtual:html-app" {
  /** JavaScript for a script element. */
  export const script: string;
  /** CSS for a style element. */
  export const style: string;
}
