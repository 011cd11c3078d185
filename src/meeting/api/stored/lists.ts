import type { FieldValue, Noun } from "#api-schema";
import type { ListQuery } from "#storage";
import type { Params } from "../http/params.ts";

/** Objects on a page, if the client does not say: what real clients take for the page size. */
export const PAGE = 20;
/** Objects on a page, whatever the client says. */
export const MAX_PAGE = 1000;

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export function readPage(params: Params, page = PAGE): Page {
  const offset = params.number("offset", 0, 1_000_000_000) ?? 0;
  const limit = params.number("limit", 0, 1_000_000_000) ?? page;
  return { offset, limit: Math.min(limit, MAX_PAGE) };
}

export function pageOf<T>(all: readonly T[], { offset, limit }: Page): readonly T[] {
  return all.slice(offset, offset + limit);
}

/** `filter`, and for each reference and e-mail address its own: callLegProfileFilter, tenantFilter, emailFilter. */
export function readFilters(noun: Noun, params: Params): Pick<ListQuery, "filter" | "where"> {
  const where: Record<string, FieldValue> = {};
  for (const field of noun.fields) {
    if (field.internal || field.virtual || field.secret) continue;
    const byValue = noun.name === "user" && ["email", "cdrTag"].includes(field.name);
    if (field.type !== "reference" && !byValue) continue;
    const name = `${field.name}Filter`;
    const value = field.type === "reference" ? params.id(name, field.to) : params.filled(name);
    if (value !== undefined) where[field.name] = value;
  }
  const filter = params.filled("filter");
  return { ...(filter === undefined ? {} : { filter }), ...(Object.keys(where).length > 0 ? { where } : {}) };
}
