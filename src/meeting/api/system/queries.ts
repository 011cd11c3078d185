import type { ObjectReader, StoredObject } from "#storage";
import { collection, leaves, node } from "../http/element.ts";
import { missing, parameterError } from "../http/failure.ts";
import { type Answer, type Call, content, type Route } from "../http/route.ts";
import { noSuch } from "../stored/fields.ts";
import { pageOf, readPage } from "../stored/lists.ts";
import { textIn, userByJid } from "../stored/special.ts";

/** POST accessQuery: how a call id or URI is reached, whether or not there is a space yet. */
async function accessQuery(call: Call): Promise<Answer> {
  const { params, options } = call;
  const uri = readText(call, "uri");
  const callId = readText(call, "callId");
  await readTenant(call);
  params.finish();
  if (uri === undefined && callId === undefined) throw parameterError("uri", "missing", "give `uri` or `callId`");
  const user = uri?.split("@")[0];
  const space = await spaceOf(options.storage, callId === undefined ? "uri" : "callId", callId ?? user!);
  const spaceUri = user ?? (space && textIn(space.fields, "uri"));
  const id = callId ?? (space && textIn(space.fields, "callId")) ?? user!;
  return content(
    node(
      "accessQuery",
      leaves({
        uri: spaceUri === undefined ? undefined : `${spaceUri}@${options.joinHost}`,
        webAddress: `https://${options.joinHost}/meeting/${encodeURIComponent(id)}`,
      }),
    ),
  );
}

/** POST uriUsageQuery: who has a URI; empty if nobody has. */
async function uriUsageQuery(call: Call): Promise<Answer> {
  const uri = readText(call, "uri");
  await readTenant(call);
  call.params.finish();
  if (uri === undefined) throw parameterError("uri", "missing");
  const { storage } = call.options;
  const user = await userByJid(storage, uri);
  const space = user ? undefined : await spaceOf(storage, "uri", uri.split("@")[0]!);
  return content(node("uriUsageQuery", leaves({ userId: user?.id, coSpaceId: space?.id })));
}

/** Conversation ids are Lync's: none is ever found. */
function conversationIdQuery(call: Call): Answer {
  const conversationId = readText(call, "conversationId");
  call.params.finish();
  if (conversationId === undefined) throw parameterError("conversationId", "missing");
  return content(node("conversationIdQuery", leaves({ conversationId, found: false })));
}

async function meetingEntryDetail(call: Call): Promise<Answer> {
  const space = await call.options.storage.get("coSpace", call.ids[0]!);
  if (!space) throw missing("coSpaceDoesNotExist");
  call.params.finish();
  const uri = textIn(space.fields, "uri");
  return content(
    node(
      "meetingEntryDetail",
      leaves({
        coSpace: space.id,
        uri: uri === undefined ? undefined : `${uri}@${call.options.joinHost}`,
        callId: textIn(space.fields, "callId"),
      }),
    ),
  );
}

/** The spaces of which a user is a member. */
async function userCoSpaces(call: Call): Promise<Answer> {
  const { storage } = call.options;
  const user = await storage.get("user", call.ids[0]!);
  if (!user) throw missing("userDoesNotExist");
  const page = readPage(call.params);
  call.params.finish();
  const members = (await storage.list("coSpaceUser", { where: { userId: user.id } })).objects;
  const items = pageOf(members, page).map((member) =>
    node("userCoSpace", leaves({ coSpaceId: member.parent }), { id: member.parent ?? member.id }),
  );
  return content(collection("userCoSpaces", members.length, items));
}

/** The space that holds a value itself or by one of its access methods. */
async function spaceOf(
  reader: ObjectReader,
  group: "callId" | "uri",
  value: string,
): Promise<StoredObject | undefined> {
  const [holder] = await reader.holders(group, value);
  if (!holder) return undefined;
  if (holder.noun === "coSpace") return reader.get("coSpace", holder.id);
  const parent = (await reader.get(holder.noun, holder.id))?.parent;
  return parent === undefined ? undefined : reader.get("coSpace", parent);
}

function readText(call: Call, name: string): string | undefined {
  return call.params.value({ type: "text", name, max: 254, help: "" }) as string | undefined;
}

async function readTenant(call: Call): Promise<void> {
  const id = call.params.id("tenant");
  if (id !== undefined && !(await call.options.storage.get("tenant", id))) throw noSuch("tenant", "tenant");
}

export const QUERY_ROUTES: readonly Route[] = [
  { path: "accessQuery", methods: { POST: accessQuery }, help: "How a `callId` or `uri` is reached." },
  { path: "uriUsageQuery", methods: { POST: uriUsageQuery }, help: "Who has a `uri`." },
  {
    path: "conversationIdQuery",
    methods: { GET: conversationIdQuery },
    help: "Conversation ids are Lync's: none is ever found.",
  },
  { path: "coSpaces/*/meetingEntryDetail", methods: { GET: meetingEntryDetail }, help: "URI and call id of a space." },
  { path: "users/*/userCoSpaces", methods: { GET: userCoSpaces }, help: "The spaces of which a user is a member." },
];
