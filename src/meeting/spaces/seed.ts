import type { Fields, ObjectWriter, Storage } from "#storage";

export const HOST_PROFILE = "Host";

const HOST: Fields = {
  name: HOST_PROFILE,
  needsActivation: false,
  endCallAllowed: true,
  disconnectOthersAllowed: true,
  callLockAllowed: true,
  muteOthersAllowed: true,
  videoMuteOthersAllowed: true,
  muteSelfAllowed: true,
  videoMuteSelfAllowed: true,
  presentationContributionAllowed: true,
  presentationViewingAllowed: true,
  setImportanceAllowed: true,
  changeLayoutAllowed: true,
  chatContributionAllowed: true,
};

const GUEST: Fields = {
  name: "Guest",
  needsActivation: true,
  deactivationMode: "deactivate",
  deactivationModeTime: 30,
  endCallAllowed: false,
  disconnectOthersAllowed: false,
  callLockAllowed: false,
  muteOthersAllowed: false,
  videoMuteOthersAllowed: false,
  muteSelfAllowed: true,
  videoMuteSelfAllowed: true,
  presentationContributionAllowed: true,
  presentationViewingAllowed: true,
  setImportanceAllowed: false,
  changeLayoutAllowed: true,
  chatContributionAllowed: true,
};

/** Names of the templates that every new storage has. */
export const LOBBY_TEMPLATE = "Meeting with lobby";
export const OPEN_TEMPLATE = "Open meeting";

/**
 * At the first start of a storage that has neither templates nor call leg profiles: profiles of hosts and guests, and two
 * templates. Done once: who deletes them does not get them back.
 */
export async function seedDefaults(storage: Storage): Promise<void> {
  await storage.change(async (writer) => {
    if (!(await writer.once("default templates"))) return;
    if ((await count(writer, "coSpaceTemplate")) + (await count(writer, "callLegProfile")) > 0) return;
    const host = (await writer.insert({ noun: "callLegProfile", fields: HOST })).id;
    const guest = (await writer.insert({ noun: "callLegProfile", fields: GUEST })).id;
    await template(writer, LOBBY_TEMPLATE, "Guests wait until a host is there or lets them in.", host, guest);
    await template(writer, OPEN_TEMPLATE, "Everyone with the link or the Meeting ID enters at once.", host, undefined);
  });
}

async function template(
  writer: ObjectWriter,
  name: string,
  description: string,
  host: string,
  guest: string | undefined,
): Promise<void> {
  const forGuests: Fields = guest === undefined ? {} : { callLegProfile: guest };
  const fields = { name, description, ...forGuests };
  const { id: parent } = await writer.insert({ noun: "coSpaceTemplate", fields });
  const method = (methodFields: Fields) =>
    writer.insert({
      noun: "accessMethodTemplate",
      parent,
      fields: { ...methodFields, generateUniqueCallId: true },
    });
  await method({ name: "Host", callLegProfile: host });
  await method({ name: "Guest", ...forGuests });
}

async function count(writer: ObjectWriter, noun: string): Promise<number> {
  return (await writer.list(noun, { limit: 0 })).total;
}
