import { z } from "zod";
import { type AdminCall, type AdminRoute, notFound, readBody } from "#admin-http";
import { createAccessMethod, createFromTemplate, invitation, linksOf, type MeetingLink, userByJid } from "#spaces";
import type { ObjectReader, StoredObject } from "#storage";
import type { SpaceLink } from "./answers.ts";
import type { AdminRouteDeps } from "./deps.ts";

const LANGUAGES = ["en", "pt-BR"] as const;

const newSpace = z.strictObject({
  coSpaceTemplate: z.uuid(),
  name: z.string().trim().min(1).max(200),
  passcode: z.string().min(1).max(100).optional(),
  ownerJid: z.string().min(1).max(254).optional(),
});

const newMethod = z.strictObject({
  name: z.string().trim().min(1).max(200),
  callId: z.string().max(20).optional(),
  passcode: z.string().min(1).max(100).optional(),
  callLegProfile: z.uuid().optional(),
});

/** What the pages do with spaces beyond the API: make one from a template, draw Meeting IDs, show links. */
export function spaceRoutes(deps: AdminRouteDeps): readonly AdminRoute[] {
  return [
    { method: "POST", path: "/api/spaces", run: (call) => create(deps, call) },
    { method: "POST", path: "/api/spaces/:id/access-methods", run: (call) => addMethod(deps, call) },
    {
      method: "GET",
      path: "/api/spaces/:id/links",
      run: async ({ params }) => ({ links: await linksFor(deps, String(params.id)) }),
    },
  ];
}

async function create({ storage, events }: AdminRouteDeps, call: AdminCall): Promise<{ readonly id: string }> {
  const { coSpaceTemplate, ownerJid, name, passcode } = readBody(newSpace, call.body);
  const { space } = await storage.change(async (writer) => {
    if (!(await writer.get("coSpaceTemplate", coSpaceTemplate)))
      throw notFound("such template", "reload the page: it may have been deleted");
    const owner = ownerJid === undefined ? {} : { owner: await ownerOf(writer, ownerJid) };
    return createFromTemplate(writer, coSpaceTemplate, { name, ...(passcode ? { passcode } : {}), ...owner });
  });
  events.write("info", `${call.from}: API user "${call.by.name}" created new coSpace ${space.id}`);
  return { id: space.id };
}

async function ownerOf(reader: ObjectReader, jid: string) {
  const { id: userId, fields } = await userByJid(reader, jid);
  return { userId, userJid: String(fields.userJid) };
}

async function addMethod({ storage, events }: AdminRouteDeps, call: AdminCall): Promise<{ readonly id: string }> {
  const given = readBody(newMethod, call.body);
  const method = await storage.change(async (writer) => {
    const space = await spaceOf(writer, String(call.params.id));
    const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return createAccessMethod(writer, space.id, fields, { requireCallId: true });
  });
  events.write("info", `${call.from}: API user "${call.by.name}" created new accessMethod ${method.id}`);
  return { id: method.id };
}

async function linksFor({ storage, joinHost }: AdminRouteDeps, id: string): Promise<readonly SpaceLink[]> {
  const space = await spaceOf(storage, id);
  const { objects: methods } = await storage.list("accessMethod", { parent: space.id });
  const links = linksOf(joinHost, space, methods);
  const name = String(space.fields.name ?? "");
  return Promise.all(
    links.map(async (link) => {
      const method = methods.find((one) => one.id === link.accessMethodId);
      return linkFor(name, link, joinHost, await isForHosts(storage, method));
    }),
  );
}

function linkFor(space: string, link: MeetingLink, joinHost: string, forHosts: boolean): SpaceLink {
  const { accessMethodId, name, callId, url } = link;
  return {
    accessMethod: accessMethodId === undefined ? undefined : { id: accessMethodId, name },
    callId,
    link: url,
    invitations: LANGUAGES.map((language) => ({
      language,
      ...invitation(space, link, { joinHost, language, forHosts }),
    })),
  };
}

/** Who holds this link may end the call or let others in: the invitation says so. */
async function isForHosts(reader: ObjectReader, method: StoredObject | undefined): Promise<boolean> {
  const profile = method?.fields.callLegProfile;
  const { fields } = (profile && (await reader.get("callLegProfile", String(profile)))) || { fields: {} };
  const { endCallAllowed, callLockAllowed } = fields as Readonly<Record<string, unknown>>;
  return endCallAllowed === true || callLockAllowed === true;
}

async function spaceOf(reader: ObjectReader, id: string): Promise<StoredObject> {
  const space = await reader.get("coSpace", id);
  if (!space) throw notFound("such space", "reload the list: it may have been deleted");
  return space;
}
