import { PRESENT, type Values } from "../model/form.ts";
import type { SchemaNoun } from "../model/schema.ts";
import type { Server } from "./server.ts";

export interface ApiObject {
  /** "" for a singleton. */
  readonly id: string;
  readonly values: Values;
  /** For If-Match. */
  readonly etag: string | undefined;
}

export interface ApiList {
  readonly total: number;
  readonly objects: readonly { readonly id: string; readonly values: Values }[];
}

export interface ListOptions {
  readonly offset?: number;
  readonly limit?: number;
  readonly filter?: string;
}

/** The CMS API as JSON. Paths are those below /api/v1. */
export class Objects {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async list(noun: Pick<SchemaNoun, "name" | "plural">, path: string, options: ListOptions = {}): Promise<ApiList> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options))
      if (value !== undefined && value !== "") query.set(name, `${value}`);
    const answer = await this.#server.get<Record<string, unknown>>(`/api/v1/${path}${query.size ? `?${query}` : ""}`);
    const list = (answer[noun.plural] ?? {}) as Readonly<Record<string, unknown>>;
    const rows = (list[noun.name] ?? []) as readonly Readonly<Record<string, unknown>>[];
    const objects = rows.map(({ id, ...values }) => ({ id: String(id), values }));
    return { total: Number(list.total ?? objects.length), objects };
  }

  /** Of a noun at the top whose names are known without the schema. */
  listByName(plural: string, name: string, options: ListOptions = {}): Promise<ApiList> {
    return this.list({ plural, name }, plural, options);
  }

  async get(noun: Pick<SchemaNoun, "name" | "plural">, path: string): Promise<ApiObject> {
    const answer = await this.#server.raw(`/api/v1/${path}`, "application/json");
    const body = JSON.parse(answer.text || "{}") as Record<string, unknown>;
    const { id = "", ...values } = (body[noun.name] ?? body) as Record<string, unknown>;
    return { id: String(id), values: withPresent(values), etag: answer.header("etag") };
  }

  async xml(path: string): Promise<string> {
    return (await this.#server.raw(`/api/v1/${path}`, "text/xml")).text;
  }

  /** The id of what was made. */
  async create(path: string, values: Readonly<Record<string, string>>): Promise<string> {
    const { answer } = await this.#server.change("POST", `/api/v1/${path}`, values);
    return answer.header("location")?.split("/").at(-1) ?? "";
  }

  /** Rejects with status 412 if it has been changed since `etag`. */
  async update(path: string, values: Readonly<Record<string, unknown>>, etag?: string): Promise<void> {
    await this.#server.change("PUT", `/api/v1/${path}`, values, etag ? { "if-match": etag } : {});
  }

  async remove(path: string, etag?: string): Promise<void> {
    await this.#server.change("DELETE", `/api/v1/${path}`, {}, etag ? { "if-match": etag } : {});
  }
}

/** "passwordPresent: true" says that a write-only value is set: it is shown as one. */
function withPresent(values: Readonly<Record<string, unknown>>): Values {
  const entries = Object.entries(values).map(([name, value]) => {
    const [, secret] = /^(.+)Present$/.exec(name) ?? [];
    return secret && value === true ? [secret, PRESENT] : [name, value];
  });
  return Object.fromEntries(entries);
}
