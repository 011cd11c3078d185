import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { ErrorRow } from "#base";
import { coreConfig } from "#core";
import { edgeConfig } from "#edge";
import { meetingServerConfig } from "#meeting-server";
import { apiPages } from "./docs-api.ts";

const root = resolve(import.meta.dirname, "..");

/** The pages that are made from the code, by path. `npm run docs` writes them; a test compares them. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/errors.md", errorsPage(await errorTables())],
    ["docs/config.md", configPage()],
    ...apiPages(),
  ]);
}

/** Every error of every part: "src/traversal/turn" -> code -> row. */
export async function errorTables(): Promise<ReadonlyMap<string, Readonly<Record<string, ErrorRow>>>> {
  const tables = new Map<string, Readonly<Record<string, ErrorRow>>>();
  for (const file of globSync("{src,apps}/**/*.ts", { cwd: root }).sort()) {
    if (!/satisfies ErrorTable/.test(readFileSync(join(root, file), "utf8"))) continue;
    for (const [name, table] of Object.entries(await import(join(root, file))))
      if (name.endsWith("Errors")) tables.set(file, table as Readonly<Record<string, ErrorRow>>);
  }
  return tables;
}

function errorsPage(tables: ReadonlyMap<string, Readonly<Record<string, ErrorRow>>>): string {
  const sections = [...tables].map(([file, table]) => {
    const rows = Object.entries(table).map(
      ([code, row]) =>
        `| \`${code}\` | ${row.kind} | ${cell(row.text)} | ${cell(row.remedy)} | ${cell(row.guest ?? "")} |`,
    );
    return `## ${file.replace(/^src\//, "").replace(/(\/errors)?\.ts$/, "")}\n\n| code | who acts | what happened | what to do | what a guest is told |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Errors\n\nMade from the code by \`npm run docs\`. Codes are stable; a code that is retired is never used again. Who acts: user (the person at the browser or the command line), peer (the other side of a connection), config or system (the administrator), bug (us).\n\n${sections.join("\n")}`;
}

function configPage(): string {
  const roles = [
    ["edge.yaml", edgeConfig],
    ["core.yaml", coreConfig],
    ["meeting-server.yaml", meetingServerConfig],
  ] as const;
  const sections = roles.map(([file, schema]) => {
    const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
    const rows = flatten(json, "").map(
      (row) => `| \`${row.key}\` | ${row.type} | ${row.fallback} | ${cell(row.help)} |`,
    );
    return `## ${file}\n\n| key | type | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Configuration\n\nMade from the code by \`npm run docs\`. Each role reads one YAML file; \`turnpike init\` writes all three. Paths are relative to the file. An unknown key, a bad value or a taken port stops the role before it opens a socket, with exit code 2.\n\n${sections.join("\n")}`;
}

interface Json {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly items?: Json;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Json[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface ConfigRow {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly help: string;
}

function flatten(schema: Json, prefix: string): ConfigRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]): ConfigRow[] => {
    const key = prefix + name;
    if (field.properties) return flatten(field, `${key}.`);
    if (field.items?.properties) return [row(key, field, schema, name), ...flatten(field.items, `${key}[].`)];
    return [row(key, field, schema, name)];
  });
}

function row(key: string, field: Json, owner: Json, name: string): ConfigRow {
  const required = owner.required?.includes(name);
  const fallback =
    field.default === undefined ? (required ? "(required)" : "(none)") : `\`${JSON.stringify(field.default)}\``;
  return { key, type: typeOf(field), fallback, help: field.description ?? "" };
}

function typeOf(field: Json): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(" or ");
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.anyOf) return field.anyOf.map(typeOf).join(" or ");
  if (field.type === "array") return `list of ${field.items?.properties ? "entries" : typeOf(field.items ?? {})}`;
  const safe = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  if (safe(field.minimum) && safe(field.maximum)) return `${field.type} ${field.minimum}-${field.maximum}`;
  return field.type ?? "text";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

if (import.meta.main) for (const [file, text] of await generatedPages()) writeFileSync(join(root, file), text);
