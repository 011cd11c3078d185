import type { ClientOrigin, PortalAnswer, PortalRequest } from "#bridge-link";
import { fail } from "../errors.ts";
import { ACCESS_METHOD_ROUTES } from "./access-method-routes.ts";
import { failed } from "./answers.ts";
import { AUTH_ROUTES } from "./auth-routes.ts";
import { isId } from "./input.ts";
import { MEMBER_ROUTES } from "./member-routes.ts";
import { OIDC_ROUTES } from "./oidc-routes.ts";
import { type Portal, type Route, userPortalEnabled } from "./portal.ts";
import { SPACE_ROUTES } from "./space-routes.ts";
import { USER_ROUTES } from "./user-routes.ts";

const MAX_PATH = 300;

export const ROUTES: readonly Route[] = [
  ...AUTH_ROUTES,
  ...OIDC_ROUTES,
  ...USER_ROUTES,
  ...SPACE_ROUTES,
  ...MEMBER_ROUTES,
  ...ACCESS_METHOD_ROUTES,
];

/** Never rejects: what goes wrong is the answer. */
export async function answer(portal: Portal, request: PortalRequest, origin: ClientOrigin): Promise<PortalAnswer> {
  try {
    const { route, ids } = find(request);
    const call = { request, origin, ids };
    if ((route.session || !route.always) && !(await userPortalEnabled(portal, origin))) throw fail("PORTAL_NOT_FOUND");
    if (!route.session) return await route.run(portal, call);
    const user = await portal.sessions.userOf(request.session);
    if (!user) throw fail("SIGN_IN_NEEDED");
    return await route.run(portal, { ...call, user });
  } catch (error) {
    const told = failed(error, origin, portal.log);
    portal.events.trace("sign-in", () => `portal ${origin.traceId}: ${request.method} answered with ${told.status}`);
    return told;
  }
}

function find({ method, path }: PortalRequest): { readonly route: Route; readonly ids: readonly string[] } {
  const parts = path.length > MAX_PATH ? [] : path.split("/").slice(1);
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const ids = match(route.path.split("/").slice(1), parts);
    if (ids) return { route, ids };
  }
  throw fail("PORTAL_NOT_FOUND");
}

/** Case counts for nothing in words, as in the API. */
function match(pattern: readonly string[], parts: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const ids: string[] = [];
  for (const [index, word] of pattern.entries()) {
    const part = parts[index]!.toLowerCase();
    if (word === "*" && isId(part)) ids.push(part);
    else if (word.toLowerCase() !== part) return undefined;
  }
  return ids;
}
