import {
  createAccessMethod,
  createSpace,
  effectiveRules,
  invitation,
  linksOf,
  updateAccessMethod,
  updateSpace,
} from "#spaces";
import type { Storage, StoredObject } from "#storage";
import { leaf, leaves, node } from "../http/element.ts";
import { missing } from "../http/failure.ts";
import { type Answer, type Call, content, type Route } from "../http/route.ts";
import type { Special } from "./special.ts";

export const coSpaceSpecial: Special = {
  async extras(reader, object, listed) {
    if (listed) return [];
    const { total } = await reader.list("accessMethod", { parent: object.id, limit: 0 });
    return leaf("numAccessMethods", total);
  },
  insert: (writer, { stored, virtual }) => createSpace(writer, { ...stored, ...virtual }),
  update: (writer, { id }, { stored, virtual }) => updateSpace(writer, id, { ...stored, ...virtual }),
};

export const accessMethodSpecial: Special = {
  insert: (writer, { stored, virtual }, parent) => createAccessMethod(writer, parent!, { ...stored, ...virtual }),
  update: (writer, { id }, { stored, virtual }) => updateAccessMethod(writer, id, { ...stored, ...virtual }),
};

/** GET coSpaces/<id>/emailInvitation, and of an access method. */
async function emailInvitation(call: Call): Promise<Answer> {
  const { storage, joinHost } = call.options;
  const [spaceId, methodId] = call.ids;
  const language = call.params.filled("language");
  call.params.finish();
  const space = await storage.get("coSpace", spaceId!);
  if (!space) throw missing("coSpaceDoesNotExist");
  const method = methodId === undefined ? undefined : await storage.get("accessMethod", methodId);
  if (methodId !== undefined && method?.parent !== space.id) throw missing("accessMethodDoesNotExist");
  const link = linksOf(joinHost, space, method ? [method] : []).find((one) => one.accessMethodId === method?.id);
  const forHosts = method !== undefined && (await letsSteer(storage, space, method));
  const name = String(space.fields.name ?? "");
  const text = link && invitation(name, link, { joinHost, forHosts, ...(language === undefined ? {} : { language }) });
  return content(node("emailInvitation", leaves({ subject: text?.subject ?? name, invitation: text?.text ?? "" })));
}

async function letsSteer(storage: Storage, space: StoredObject, method: StoredObject): Promise<boolean> {
  const { rules } = await effectiveRules(storage, { coSpace: space.id, accessMethod: method.id });
  return !rules.needsActivation && (rules.endCallAllowed || rules.callLockAllowed);
}

export const INVITATION_ROUTES: readonly Route[] = [
  {
    path: "coSpaces/*/emailInvitation",
    methods: { GET: emailInvitation },
    help: "Subject and text of an invitation; `language` is en_GB or pt_BR. Without a callId there is no text.",
  },
  {
    path: "coSpaces/*/accessMethods/*/emailInvitation",
    methods: { GET: emailInvitation },
    help: "The same for an access method.",
  },
];
