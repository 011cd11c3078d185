import { resolve } from "node:path";
import { defineConfig } from "vite";

/** Everything becomes a file of its own: the page's policy allows neither inline scripts nor data: addresses. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  publicDir: resolve(import.meta.dirname, "../meeting/public"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(import.meta.dirname, "../../dist/apps/admin"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: "warn",
});
