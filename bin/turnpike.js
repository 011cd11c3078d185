#!/usr/bin/env node
// Turnpike needs Node 24. An older one hands over to the Node that npm installed beside it.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const main = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..", "src", "main.ts");
if (Number(process.versions.node.split(".")[0]) >= 24) await import(main);
else process.exit(spawnSync(packagedNode(), [main, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1);

function packagedNode() {
  const name = `node-linux-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", "node");
  } catch {
    console.error(`turnpike: needs Node 24, this is ${process.version}, and ${name} is not installed: run npm ci`);
    process.exit(2);
  }
}
