import { collectionPath, objectPath, type Parent, type SchemaNoun } from "../../model/schema.ts";
import { API, apiHref } from "../../pages.ts";

export type Trail = readonly { readonly href: string; readonly text: string }[];

/** API > coSpaces > <id> > accessMethods, as far as `noun`'s own page is not reached. */
export function trailTo(title: string, noun: SchemaNoun, parent: Parent | undefined, withList: boolean): Trail {
  const above = parent
    ? [
        { href: apiHref(collectionPath(parent.noun)), text: parent.noun.plural },
        { href: apiHref(objectPath(parent.noun, parent.id)), text: parent.noun.name },
      ]
    : [];
  const list = withList ? [{ href: apiHref(collectionPath(noun, parent)), text: noun.plural }] : [];
  return [{ href: API, text: title }, ...above, ...list];
}
