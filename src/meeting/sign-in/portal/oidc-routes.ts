import { textOf } from "#base";
import type { PortalAnswer } from "#bridge-link";
import { fail } from "../errors.ts";
import { lines, shown } from "../event-lines.ts";
import { textField } from "../fields.ts";
import { beginAt, CALLBACK_PATH, finishAt } from "../oidc/flow.ts";
import { userOf } from "../oidc/users.ts";
import { failed, type PortalError } from "./answers.ts";
import { beginSession } from "./auth-routes.ts";
import type { OpenCall, Portal, Route } from "./portal.ts";

const HOME = "/";
/** A path of the meeting app itself: no other host, no scheme. */
const PATH = /^\/(?![/\\])[\w\-./?=&%~]{0,200}$/;

/** The browser goes to the provider, and keeps in its cookie what was begun. */
function start(portal: Portal, call: OpenCall): Promise<PortalAnswer> {
  const { ids, request } = call;
  return counted(portal, call, async () => {
    const provider = await portal.providers.get(ids[0]!);
    const wanted = request.query.returnTo ?? HOME;
    const returnTo = PATH.test(wanted) ? wanted : HOME;
    const { location, begun } = await beginAt(provider, portal.providers, redirectUri(portal), returnTo);
    return { status: 302, location, session: await portal.begun.seal(begun) };
  });
}

/** The provider sends the browser back here, with a code or with its refusal. */
function callback(portal: Portal, call: OpenCall): Promise<PortalAnswer> {
  const { request, origin } = call;
  return counted(portal, call, async () => {
    const begun = await portal.begun.open(request.session);
    if (!begun || begun.state !== request.query.state) throw fail("SIGN_IN_PROVIDER_LATE");
    const provider = await portal.providers.get(begun.provider);
    const claims = await finishAt(provider, portal.providers, redirectUri(portal), request.query, begun);
    const user = await userOf(portal.storage, provider, claims);
    portal.events.write("info", lines.successful(shown(textField(user, "userJid") ?? ""), origin.address));
    return { status: 302, location: begun.returnTo, session: await beginSession(portal, user) };
  });
}

/** Failures count against the network. They bring the browser back to the app, which shows them: nobody reads JSON there. */
async function counted(
  portal: Portal,
  { request, origin }: OpenCall,
  run: () => Promise<PortalAnswer>,
): Promise<PortalAnswer> {
  try {
    const giveBack = portal.limits.take(origin.address);
    const answer = await run();
    giveBack();
    return answer;
  } catch (error) {
    portal.events.write("warning", lines.provider(origin.address, shown(textOf(error))));
    const { error: told } = failed(error, origin, portal.log).body as { readonly error: PortalError };
    const query = new URLSearchParams({ signInError: told.code, traceId: origin.traceId });
    // A session proper stays: a link that somebody else made must not sign anybody out.
    const over = (await portal.begun.open(request.session)) ? { session: "" } : {};
    return { status: 302, location: `${HOME}?${query}`, ...over };
  }
}

function redirectUri({ joinHost }: Portal): string {
  return `https://${joinHost}/api${CALLBACK_PATH}`;
}

export const OIDC_ROUTES: readonly Route[] = [
  { method: "GET", path: "/auth/oidc/*/start", session: false, run: start },
  { method: "GET", path: CALLBACK_PATH, session: false, run: callback },
];
