import type { ListQuery, ObjectList, ObjectReader, StoredObject } from "#storage";
import type { Element } from "../http/element.ts";
import { missing, parameterError } from "../http/failure.ts";
import { type Answer, type Call, content } from "../http/route.ts";

/** `usageFilter=referenced|unreferenced` of profiles: there are few of them, so that each is asked. */
export async function usageOf(
  reader: ObjectReader,
  noun: string,
  { offset = 0, limit = 0, ...query }: ListQuery,
  usage: string,
): Promise<ObjectList> {
  const wanted = usage.toLowerCase();
  if (wanted !== "referenced" && wanted !== "unreferenced")
    throw parameterError("usageFilter", "invalidValue", "referenced or unreferenced");
  const found: StoredObject[] = [];
  for (const object of (await reader.list(noun, query)).objects) {
    const used = (await reader.referrers(object.id)).length > 0;
    if (used === (wanted === "referenced")) found.push(object);
  }
  return { total: found.length, objects: found.slice(offset, offset + limit) };
}

/** GET callLegProfiles/<id>/usage: who refers to it. `<global/>` is system/profiles. */
export async function callLegProfileUsage(call: Call): Promise<Answer> {
  const { storage } = call.options;
  const profile = await storage.get("callLegProfile", call.ids[0]!);
  if (!profile) throw missing("callLegProfileDoesNotExist");
  call.params.finish();
  const users = await storage.referrers(profile.id);
  const elements = users.map(({ noun, id }): Element => {
    if (noun === "profiles") return { name: "global", content: [] };
    return { name: noun, attributes: { id }, content: [], many: true };
  });
  return content({
    name: "callLegProfileUsage",
    attributes: { id: profile.id, total: users.length },
    content: elements,
  });
}
