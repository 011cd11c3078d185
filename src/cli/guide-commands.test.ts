import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { commandTree } from "./index.ts";

const root = resolve(import.meta.dirname, "../..");
const program = commandTree();

/** Command lines of a text: those of blocks, whole, and those between backticks, which may leave arguments out. */
function commandLines(text: string): readonly { readonly line: string; readonly whole: boolean }[] {
  const blocks = [...text.matchAll(/^```(?:sh|console)\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => /^(?:\$ )?(?:npx )?(turnpike .*)/.exec(line)?.[1])
      .filter((line) => line !== undefined)
      .map((line) => ({ line, whole: true })),
  );
  const spans = [...text.matchAll(/`(?:npx )?(turnpike [^`\n]+?)\\?`/g)]
    .map(([, line]) => ({ line: line!, whole: false }))
    // Made at run time, or about any command.
    .filter(({ line }) => !/\$\{|\.\.\.|^turnpike --help/.test(line));
  return [...blocks, ...spans];
}

/** As a shell would split it, without comments and what follows a pipe or a redirection. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  const end = words.findIndex((word) => /^(#|\||>|<)/.test(word));
  return (end < 0 ? words : words.slice(0, end)).slice(1);
}

/** What is wrong with a command line, if something is. */
function problemOf(line: string, whole: boolean): string | undefined {
  const words = wordsOf(line);
  const path = pathOf(words);
  const command = path.at(-1)!;
  if (command === program) return "no such command";
  const { given, unknown } = argumentsOf(words.slice(path.length - 1), path);
  if (unknown) return `${command.name()} has no option ${unknown}`;
  const { registeredArguments: wanted } = command;
  if (given.length > wanted.length) return `${command.name()} takes no "${given[wanted.length]}"`;
  const lacks = whole && wanted.slice(given.length).find(({ required }) => required);
  return lacks ? `${command.name()} needs <${lacks.name()}>` : undefined;
}

/** The program and the commands that the first words name, outermost first. */
function pathOf(words: readonly string[]): readonly Command[] {
  const path = [program];
  for (const word of words) {
    const next = path.at(-1)!.commands.find((one) => one.name() === word);
    if (!next) break;
    path.push(next);
  }
  return path;
}

/** What is left when options and their values are taken out; and the first option that there is not. */
function argumentsOf(words: readonly string[], path: readonly Command[]) {
  const options = path.flatMap((command) => command.options);
  const given: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const option = options.find(({ long, short }) => word === long || word === short);
    if (option?.required) i++;
    else if (!/^--?[a-z]/.test(word)) given.push(word);
    else if (!option && word !== "--help") return { given, unknown: word };
  }
  return { given, unknown: undefined };
}

test("every command line of the documents and of the texts that we print exists", () => {
  const files = ["README.md", ...globSync("docs/**/*.md", { cwd: root }), ...globSync("src/**/*.ts", { cwd: root })];
  const wrong = files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) =>
      commandLines(readFileSync(join(root, file), "utf8")).flatMap(({ line, whole }) => {
        const problem = problemOf(line, whole);
        return problem ? [`${file}: ${line}: ${problem}`] : [];
      }),
    );
  assert.deepEqual(wrong, []);
});

test("the guide shows command lines", () => {
  const guide = globSync("docs/guide/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  assert.ok(commandLines(guide.join("\n")).length > 100);
});
