import { z } from "zod";
import type { PortalAnswer } from "#bridge-link";
import { textField } from "../fields.ts";
import { LimitError } from "../limits.ts";
import { ok } from "./answers.ts";
import { selfOf } from "./auth-routes.ts";
import { checked } from "./input.ts";
import type { Portal, Route, UserCall } from "./portal.ts";

/** Users that one look-up shows. */
const MAX_FOUND = 20;

async function me(_portal: Portal, { user }: UserCall): Promise<PortalAnswer> {
  return ok(selfOf(user));
}

const lookup = z.object({ query: z.string().trim().min(3).max(100) });

/** People to add as members, of the same tenant. */
async function userLookup(portal: Portal, { request, user }: UserCall): Promise<PortalAnswer> {
  const { query } = checked(lookup, request.query);
  const seconds = portal.lookups.take(user.id);
  if (seconds > 0) throw new LimitError("user's look-ups", seconds);
  const where = { tenant: user.fields.tenant };
  const { objects } = await portal.storage.list("user", { filter: query, where, limit: MAX_FOUND });
  return ok({
    users: objects.map((found) => ({
      userJid: textField(found, "userJid"),
      name: textField(found, "name") ?? textField(found, "userJid"),
      email: textField(found, "email"),
    })),
  });
}

export const USER_ROUTES: readonly Route[] = [
  { method: "GET", path: "/me", session: true, run: me },
  { method: "GET", path: "/userLookup", session: true, run: userLookup },
];
