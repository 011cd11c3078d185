import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..");
const imports = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).imports as Record<string, string>;

/** The levels, lowest first. A file imports from its own level or from lower ones. */
const LEVELS = ["base", "native", "protocols", "platform", "diagnosis", "traversal", "meeting", "roles", "cli"];

/** Levels beside each other: neither may reach the other, directly or through others. */
const RULES: readonly { from: RegExp; never: RegExp; except?: RegExp; because: string }[] = [
  {
    from: /^src\/roles\/(edge|core)\//,
    never: /^src\/meeting\//,
    because: "a broken-into DMZ process must have loaded no code that can open the database or a call",
  },
  {
    from: /^src\/meeting\//,
    never: /^src\/traversal\//,
    except: /^src\/traversal\/(turn-client|packet-plane)\//,
    because: "the meeting server must work with any TURN server and any proxy",
  },
  {
    from: /^src\/meeting\/web-bridge\//,
    never: /^src\/meeting\/(call-bridge|storage)\//,
    because: "a Web Bridge may run elsewhere: it knows a Call Bridge only through the bridge link",
  },
  {
    from: /^src\/meeting\/call-bridge\//,
    never: /^src\/meeting\/web-bridge\//,
    because: "a Call Bridge may run elsewhere: it knows a Web Bridge only through the bridge link",
  },
  {
    from: /^src\/traversal\//,
    never: /^src\/(meeting|roles)\//,
    because: "turn and packet-plane run and are measured alone",
  },
  {
    from: /^src\/(protocols|traversal\/allow-list|meeting\/call-bridge\/sfu)\//,
    never: /^node:(net|dgram|tls|http|https|fs|child_process)$/,
    except: /^src\/base\//,
    because: "these parts are pure: input and output come through their callers",
  },
];

const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
const graph = new Map(files.map((file) => [file, importsOf(file)]));

test("every import inside src goes through a relative path of its own part or a front door", () => {
  const strays = [...graph].flatMap(([file, targets]) =>
    targets.filter((t) => t.relative && partOf(t.path) !== partOf(file)).map((t) => `${file} -> ${t.path}`),
  );
  assert.deepEqual(strays, [], "import another part by its name (#turn), see package.json `imports`");
});

test("every front door exists", () => {
  const missing = Object.entries(imports).filter(([, path]) => !files.includes(path.slice(2)));
  assert.deepEqual(missing, []);
});

test("imports point down the levels", () => {
  const upward = [...graph].flatMap(([file, targets]) =>
    targets.filter((t) => levelOf(t.path) > levelOf(file)).map((t) => `${file} -> ${t.path}`),
  );
  assert.deepEqual(upward, []);
});

for (const rule of RULES)
  test(`${rule.from.source} never reaches ${rule.never.source}: ${rule.because}`, () => {
    const found = files.filter((file) => rule.from.test(file)).flatMap((file) => paths(file, rule));
    assert.deepEqual(found, []);
  });

test("no two parts of a level import each other in a circle", () => {
  const circles: string[] = [];
  for (const [file, targets] of graph)
    for (const { path } of targets)
      if (partOf(path) !== partOf(file) && path.startsWith("src/") && reaches(path, partOf(file)))
        circles.push(`${file} -> ${path} -> … -> ${partOf(file)}`);
  assert.deepEqual(circles, []);
});

test("files stay under 300 lines, tests under 400", () => {
  const long = globSync("{src,apps,lab,e2e,bench,scripts}/**/*.{ts,tsx,cc}", { cwd: root })
    .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
    .filter(({ file, lines }) => lines > (file.endsWith(".test.ts") ? 400 : 300) && !LONG_FILES.has(file));
  assert.deepEqual(long, []);
  assert.ok(LONG_FILES.size <= 4, "an exception needs a reason, and there are few");
});

/** Files over 300 lines, each with its reason. */
const LONG_FILES = new Map<string, string>();

test("timers and listeners are set inside base and worker-process only, where their owner ends them", () => {
  const allowed = /^src\/(base|platform\/worker-process)\//;
  const found = files.filter((file) => !allowed.test(file) && /(?<![.\w])(setTimeout|setInterval)\(/.test(read(file)));
  assert.deepEqual(found, []);
});

test("words of the guide have their folder", () => {
  const table = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const rows = [...table.matchAll(/^\| ([^|]+) \| `(src\/[^`]+)` \|/gm)];
  assert.ok(rows.length >= 10, "ARCHITECTURE.md has its word list");
  const missing = rows.filter(([, , folder]) => globSync(`${folder}`, { cwd: root }).length === 0);
  assert.deepEqual(
    missing.map(([, word, folder]) => `${word}: ${folder}`),
    [],
  );
});

interface Target {
  readonly path: string;
  readonly relative: boolean;
}

function importsOf(file: string): Target[] {
  const found = [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
  return found.flatMap((name): Target[] => {
    if (name.startsWith("#")) return [{ path: (imports[name] ?? name).replace(/^\.\//, ""), relative: false }];
    if (name.startsWith(".")) return [{ path: relative(root, resolve(root, dirname(file), name)), relative: true }];
    return [{ path: name, relative: false }];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The folder behind a front door that holds the file; the longest one wins ("call-bridge/sfu" before "call-bridge"). */
function partOf(path: string): string {
  if (path === "src/main.ts") return "src/cli";
  const doors = Object.values(imports).map((door) => dirname(door.slice(2)));
  const holding = doors.filter((door) => path.startsWith(`${door}/`)).sort((a, b) => b.length - a.length);
  return holding[0] ?? dirname(path);
}

function levelOf(path: string): number {
  const match = /^src\/([^/]+)\//.exec(path);
  const level = match ? LEVELS.indexOf(match[1]!) : -1;
  return path === "src/main.ts" ? LEVELS.length : level;
}

/** True if a file of `part` is imported from `start`, directly or through others. */
function reaches(start: string, part: string): boolean {
  const seen = new Set<string>();
  const walk = (file: string): boolean => {
    if (seen.has(file)) return false;
    seen.add(file);
    return (graph.get(file) ?? []).some(({ path }) => (graph.has(path) && partOf(path) === part) || walk(path));
  };
  return walk(start);
}

/** Chains of imports from `start` to a forbidden file. */
function paths(start: string, rule: { never: RegExp; except?: RegExp }): string[] {
  const seen = new Set<string>();
  const walk = (file: string, chain: string): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    return (graph.get(file) ?? []).flatMap(({ path }) => {
      const next = `${chain} -> ${path}`;
      if (rule.except?.test(path)) return [];
      return rule.never.test(path) ? [next] : walk(path, next);
    });
  };
  return walk(start, start);
}
