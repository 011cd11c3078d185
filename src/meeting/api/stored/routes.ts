import { NOUNS, type Noun } from "#api-schema";
import { type Element, leaf } from "../http/element.ts";
import type { Handler, Route } from "../http/route.ts";
import { NounHandlers } from "./handlers.ts";
import { accessMethodSpecial, coSpaceSpecial } from "./spaces.ts";
import type { Special } from "./special.ts";
import { callLegProfileUsage } from "./usage.ts";
import { coSpaceUserSpecial, userSpecial } from "./users.ts";

const templateSpecial: Special = {
  async extras(reader, object): Promise<readonly Element[]> {
    const { total } = await reader.list("accessMethodTemplate", { parent: object.id, limit: 0 });
    return leaf("numAccessMethodTemplates", total);
  },
};

const SPECIALS: Readonly<Record<string, Special>> = {
  coSpace: coSpaceSpecial,
  accessMethod: accessMethodSpecial,
  coSpaceUser: coSpaceUserSpecial,
  coSpaceTemplate: templateSpecial,
  user: userSpecial,
};

/** Two for each noun: the collection, and the object. */
export const STORED_ROUTES: readonly Route[] = [
  ...[...NOUNS.values()].flatMap(routesOf),
  {
    path: "callLegProfiles/*/usage",
    methods: { GET: callLegProfileUsage },
    help: "Who refers to the profile; `global` is system/profiles.",
  },
];

function routesOf(noun: Noun): Route[] {
  const handlers = new NounHandlers(noun, SPECIALS[noun.name]);
  const bind =
    (name: "list" | "get" | "post" | "put" | "delete"): Handler =>
    (call) =>
      handlers[name](call);
  const path = pathOf(noun);
  const more = { help: noun.help, ...(noun.extension ? { extension: true } : {}) };
  if (noun.singleton) return [{ path, methods: { GET: bind("get"), PUT: bind("put") }, ...more }];
  return [
    { path, methods: { GET: bind("list"), POST: bind("post") }, ...more },
    { path: `${path}/*`, methods: { GET: bind("get"), PUT: bind("put"), DELETE: bind("delete") }, ...more },
  ];
}

function pathOf(noun: Noun): string {
  const parent = noun.parent === undefined ? undefined : NOUNS.get(noun.parent);
  return [parent && `${pathOf(parent)}/*`, noun.under, noun.plural].filter(Boolean).join("/");
}
