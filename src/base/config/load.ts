import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type ErrorTable, errorsOf, textOf } from "../errors.ts";
import { nearest } from "./nearest.ts";

export const configErrors = {
  CONFIG_UNREADABLE: {
    kind: "config",
    text: "{file}: cannot be read ({why})",
    remedy: "check the path and its permissions, or write a new one with `turnpike init DIR`",
  },
  CONFIG_SYNTAX: { kind: "config", text: "{file}:{line}: not valid YAML: {why}", remedy: "mend that line" },
  CONFIG_UNKNOWN_KEY: { kind: "config", text: "{file}: unknown key `{key}`", remedy: "{remedy}" },
  CONFIG_BAD_VALUE: {
    kind: "config",
    text: "{file}: `{key}`: {why}",
    remedy: "set `{key}` to a valid value, see docs/config.md",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(configErrors);

/** Reads a role's YAML file by its schema, before any socket is opened. Throws a TurnpikeError that names file, key and remedy. */
export function loadConfig<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  return parseConfig(file, readConfigText(file), schema);
}

export function parseConfig<S extends z.ZodType>(file: string, text: string, schema: S): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) {
    const line = lines.linePos(broken.pos[0]).line;
    throw fail("CONFIG_SYNTAX", { file, line, why: broken.message.split("\n")[0] });
  }
  const result = schema.safeParse(document.toJS() ?? {});
  if (!result.success) throw explain(file, result.error.issues[0]!, schema);
  return deepFreeze(resolvePaths(result.data, schema, dirname(resolve(file)))) as z.output<S>;
}

/** Throws CONFIG_UNREADABLE. */
export function readConfigText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fail("CONFIG_UNREADABLE", { file, why: textOf(error) });
  }
}

function explain(file: string, issue: z.core.$ZodIssue, schema: z.ZodType) {
  const key = issue.path.join(".");
  if (issue.code !== "unrecognized_keys")
    return fail("CONFIG_BAD_VALUE", { file, key: key || "(file)", why: issue.message });
  const unknown = issue.keys[0]!;
  const near = nearest(unknown, keysAt(schema, issue.path));
  const remedy = near ? `did you mean \`${near}\`?` : "remove it; docs/config.md lists the keys";
  return fail("CONFIG_UNKNOWN_KEY", { file, key: key ? `${key}.${unknown}` : unknown, remedy });
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at = unwrap(schema);
  for (const step of path) at = unwrap(child(at, step));
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function child(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return undefined;
}

/** The schema below defaults, optionals and transforms. */
function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let at = schema;
  for (;;) {
    if (
      at instanceof z.ZodDefault ||
      at instanceof z.ZodPrefault ||
      at instanceof z.ZodOptional ||
      at instanceof z.ZodReadonly
    )
      at = at.unwrap() as z.ZodType;
    else if (at instanceof z.ZodPipe) at = at.in as z.ZodType;
    else return at;
  }
}

/** Makes every value whose schema is `path()` absolute. */
function resolvePaths(value: unknown, schema: z.ZodType | undefined, base: string): unknown {
  const at = unwrap(schema);
  if (typeof value === "string") {
    const isPath = (at?.meta()?.path || schema?.meta()?.path) && !/^[a-z]+:\/\//.test(value);
    return isPath ? resolve(base, value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolvePaths(item, child(at, 0), base));
  if (at instanceof z.ZodObject && value && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolvePaths(item, child(at, key), base)]),
    );
  return value;
}

function deepFreeze(value: unknown): unknown {
  if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
