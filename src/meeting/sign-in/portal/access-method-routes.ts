import type { PortalAnswer } from "#bridge-link";
import { invitation, linksOf, updateAccessMethod } from "#spaces";
import type { StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { textField } from "../fields.ts";
import { ok } from "./answers.ts";
import { doorsOf } from "./doors.ts";
import { checked } from "./input.ts";
import { doorChange, language } from "./inputs.ts";
import { membershipOf, requirePermission } from "./membership.ts";
import type { Portal, Route, UserCall } from "./portal.ts";
import { unsetting } from "./space-routes.ts";
import { doorViews } from "./views.ts";

async function list({ storage, joinHost }: Portal, { user, ids }: UserCall): Promise<PortalAnswer> {
  const membership = await membershipOf(storage, ids[0]!, user);
  return ok({ accessMethods: doorViews(joinHost, membership.space, await doorsOf(storage, membership)) });
}

async function change(portal: Portal, call: UserCall): Promise<PortalAnswer> {
  const { user, ids, request } = call;
  const { version, ...wanted } = checked(doorChange, request.body);
  await portal.storage.change(async (writer) => {
    const membership = await membershipOf(writer, ids[0]!, user);
    const door = oneOf((await doorsOf(writer, membership)).visible, ids[1]!);
    if (wanted.name !== undefined) requirePermission(membership, "canChangeName");
    if (wanted.passcode !== undefined || wanted.regenerateSecret) requirePermission(membership, "canChangePasscode");
    await updateAccessMethod(writer, door.id, unsetting(wanted), version);
  });
  return list(portal, call);
}

/** Of the space itself, or of one of its access methods. The language comes as CMS's app sends it: in either place. */
async function emailInvitation({ storage, joinHost }: Portal, call: UserCall): Promise<PortalAnswer> {
  const { user, ids, request } = call;
  const wanted = checked(language, request.method === "GET" ? request.query : request.body);
  const membership = await membershipOf(storage, ids[0]!, user);
  const { space } = membership;
  const { visible, hosts } = await doorsOf(storage, membership);
  const door = ids[1] === undefined ? space : oneOf(visible, ids[1]);
  const link = linksOf(joinHost, space, visible).find(
    ({ accessMethodId }) => accessMethodId === (door === space ? undefined : door.id),
  );
  // Without a Meeting ID there is nothing to invite to.
  if (!link) throw fail("PORTAL_NOT_FOUND");
  const { subject, text } = invitation(textField(space, "name") ?? "", link, {
    joinHost,
    forHosts: hosts.has(door.id),
    ...(wanted.language === undefined ? {} : { language: wanted.language }),
  });
  return ok({ subject, invitation: text });
}

function oneOf(doors: readonly StoredObject[], id: string): StoredObject {
  const door = doors.find((one) => one.id === id);
  if (!door) throw fail("PORTAL_NOT_FOUND");
  return door;
}

export const ACCESS_METHOD_ROUTES: readonly Route[] = [
  { method: "GET", path: "/cospaces/*/accessMethods", session: true, run: list },
  { method: "PUT", path: "/cospaces/*/accessMethods/*", session: true, run: change },
  ...(["GET", "POST"] as const).flatMap((method): Route[] => [
    { method, path: "/cospaces/*/emailInvitation", session: true, run: emailInvitation },
    { method, path: "/cospaces/*/accessMethods/*/emailInvitation", session: true, run: emailInvitation },
  ]),
];
