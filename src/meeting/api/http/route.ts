import type { Actor } from "#call-bridge";
import type { ApiOptions } from "../options.ts";
import type { Element } from "./element.ts";
import type { Params } from "./params.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** One request, read. */
export interface Call {
  readonly options: ApiOptions;
  readonly method: Method;
  /** What stands at the placeholders of the route's path, in their order. */
  readonly ids: readonly string[];
  readonly params: Params;
  readonly by: Actor;
  /** Whether the version of an object is one that the client wants changed. */
  readonly ifMatch: (version: number) => boolean;
}

export type Answer =
  /** `version` becomes the ETag. */
  | { readonly kind: "content"; readonly element: Element; readonly version?: number }
  | { readonly kind: "json"; readonly document: unknown }
  /** `path` below /api/v1 becomes Location. */
  | { readonly kind: "created"; readonly path: string; readonly version?: number }
  | { readonly kind: "done"; readonly version?: number };

export type Handler = (call: Call) => Promise<Answer> | Answer;

/** A path with what may be done there. "*" stands for an id, "**" for a literal asterisk. */
export interface Route {
  readonly path: string;
  readonly methods: { readonly [M in Method]?: Handler };
  /** One line for the documents. */
  readonly help: string;
  /** CMS has it and this product has not: every method answers invalidOperation. */
  readonly lacking?: boolean;
  /** Not in the CMS API. */
  readonly extension?: boolean;
}

export const DONE: Answer = { kind: "done" };

export function content(element: Element, version?: number): Answer {
  return { kind: "content", element, ...(version === undefined ? {} : { version }) };
}
