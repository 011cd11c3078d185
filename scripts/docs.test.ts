import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { SERVER_CODES } from "../apps/meeting/model/failure.ts";
import { en } from "../apps/meeting/strings/en.ts";
import { errorTables, generatedPages } from "./docs.ts";

const root = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

for (const [file, text] of await generatedPages())
  test(`${file} says what the code says`, () => assert.equal(read(file), text, "run `npm run docs`"));

test("every key of the configuration has its line of help", async () => {
  const config = (await generatedPages()).get("docs/config.md")!;
  assert.deepEqual(
    config.split("\n").filter((line) => line.startsWith("| `") && line.endsWith("|  |")),
    [],
  );
});

test("an error code belongs to one part", async () => {
  const codes = [...(await errorTables()).values()].flatMap((table) => Object.keys(table));
  assert.deepEqual(
    codes.filter((code, i) => codes.indexOf(code) !== i),
    [],
  );
});

test("a guest is told the same by the meeting app and by the server", async () => {
  const rows = new Map([...(await errorTables()).values()].flatMap((table) => Object.entries(table)));
  for (const code of SERVER_CODES) assert.equal(rows.get(code)?.guest, en.failures[code]);
});

test("every error code is used by the code", async () => {
  const source = globSync("{src,apps}/**/*.{ts,tsx}", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts"))
    .map(read)
    .join("\n");
  const codes = [...(await errorTables()).values()].flatMap((table) => Object.keys(table));
  const unused = codes.filter((code) => source.split(code).length < 3);
  assert.deepEqual(unused, [], "an error that nobody throws: delete its row");
});

test("docs/dependencies.md has a line for each dependency and no other", () => {
  const pkg = JSON.parse(read("package.json"));
  const needed = Object.keys({ ...pkg.dependencies, ...pkg.devDependencies, ...pkg.optionalDependencies }).sort();
  const listed = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` +\|/gm)].map((match) => match[1]!).sort();
  assert.deepEqual(listed, needed);
});

test("README names only commands that package.json has", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...read("README.md").matchAll(/`[^`]*npm (?:run )?([a-z0-9:]+)/g)].map((match) => match[1]!);
  assert.deepEqual(
    named.filter((name) => name !== "ci" && !(name in scripts)),
    [],
  );
});

test("links between the documents lead somewhere", () => {
  const broken = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...globSync("docs/**/*.md", { cwd: root }),
  ].flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map((match) => join(file, "..", match[1]!))
      .filter((target) => globSync(target, { cwd: root }).length === 0)
      .map((target) => `${file} -> ${target}`),
  );
  assert.deepEqual(broken, []);
});
