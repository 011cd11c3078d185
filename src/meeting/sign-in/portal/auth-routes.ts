import { z } from "zod";
import type { PortalAnswer } from "#bridge-link";
import type { StoredObject } from "#storage";
import { lines, shown } from "../event-lines.ts";
import { textField } from "../fields.ts";
import { DONE, ok } from "./answers.ts";
import { checked } from "./input.ts";
import { type OpenCall, type Portal, type Route, userPortalEnabled } from "./portal.ts";

/** `trace` is what the app of the CMS sends along. */
const credentials = z.strictObject({
  username: z.string().min(1).max(254),
  password: z.string().max(256),
  trace: z.boolean().optional(),
});

/** A user as the app may see oneself. */
export function selfOf(user: StoredObject) {
  return {
    id: user.id,
    userJid: textField(user, "userJid"),
    name: textField(user, "name") ?? textField(user, "userJid"),
    email: textField(user, "email"),
    source: textField(user, "source") ?? "local",
  };
}

async function signIn(portal: Portal, { request, origin }: OpenCall): Promise<PortalAnswer> {
  const { username, password } = checked(credentials, request.body);
  const user = await portal.passwords.signIn(username, password, origin);
  const token = await beginSession(portal, user);
  return { status: 200, body: { token, user: selfOf(user) }, session: token };
}

/** The new session's token. */
export async function beginSession(portal: Portal, user: StoredObject): Promise<string> {
  const { id, token } = await portal.sessions.issue(user);
  portal.events.trace("sign-in", () => lines.issued(id, shown(textField(user, "userJid") ?? "")));
  return token;
}

async function signOut(portal: Portal, { request }: OpenCall): Promise<PortalAnswer> {
  const user = request.session === undefined ? undefined : await portal.sessions.end(request.session);
  if (user) portal.events.write("info", lines.signedOut(shown(textField(user, "userJid") ?? "")));
  return { ...DONE, session: "" };
}

/** What the app offers; nothing where the Web Bridge's profile lets no users sign in. */
async function options(portal: Portal, { origin }: OpenCall): Promise<PortalAnswer> {
  if (!(await userPortalEnabled(portal, origin))) return ok({ password: false, identityProviders: [] });
  const providers = await portal.providers.list();
  const { total } = await portal.storage.list("user", { limit: 0 });
  return ok({ password: total > 0, identityProviders: providers.map(({ id, name }) => ({ id, name })) });
}

export const AUTH_ROUTES: readonly Route[] = [
  { method: "POST", path: "/auth", session: false, run: signIn },
  { method: "DELETE", path: "/auth", session: false, always: true, run: signOut },
  { method: "GET", path: "/auth/options", session: false, always: true, run: options },
];
