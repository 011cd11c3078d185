import { type Entry, entryOf } from "./call-id.ts";

/** Where an address of this app leads. */
export type Route =
  | { readonly to: "landing"; readonly entry: Entry }
  /** `returnTo` is a path of this app. `error` and `traceId` come from an identity provider's refusal. */
  | { readonly to: "sign-in"; readonly returnTo: string; readonly error?: string; readonly traceId?: string }
  | { readonly to: "spaces" }
  | { readonly to: "space"; readonly id: string };

export const SPACES = "/spaces";

export function routeOf(path: string, search: string): Route {
  const query = new URLSearchParams(search);
  const error = query.get("signInError");
  const traceId = query.get("traceId");
  const way = path.replace(/\/+$/, "");
  if (way === "/sign-in" || error)
    return {
      to: "sign-in",
      returnTo: ownPath(query.get("returnTo")),
      ...(error ? { error } : {}),
      ...(traceId ? { traceId } : {}),
    };
  if (way === SPACES) return { to: "spaces" };
  const id = /^\/spaces\/([\da-f-]{36})$/.exec(way)?.[1];
  return id ? { to: "space", id } : { to: "landing", entry: entryOf(path, search) };
}

export function signInPath(returnTo: string): string {
  return returnTo === SPACES ? "/sign-in" : `/sign-in?${new URLSearchParams({ returnTo })}`;
}

export function spacePath(id: string): string {
  return `${SPACES}/${id}`;
}

/** A link that somebody made must lead nowhere else. */
function ownPath(path: string | null): string {
  return path !== null && !path.startsWith("/sign-in") && /^\/(?![/\\])[\w\-./?=&%~]{0,200}$/.test(path)
    ? path
    : SPACES;
}
