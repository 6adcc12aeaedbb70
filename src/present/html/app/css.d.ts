/** Bundled beside the program (tools/html-app.mjs). */
declare module "*.css";
