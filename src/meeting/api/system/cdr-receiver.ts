import { NOUNS, type Noun } from "#api-schema";
import { leaves, node } from "../http/element.ts";
import { type Answer, type Call, content, type Route } from "../http/route.ts";
import { readFields, setOnly } from "../stored/fields.ts";
import { tell } from "../stored/handlers.ts";

const NOUN = NOUNS.get("cdrReceiver") as Noun;

/** Of versions that knew one receiver only: the first of the list. */
async function get(call: Call): Promise<Answer> {
  const [first] = (await call.options.storage.list(NOUN.name, { limit: 1 })).objects;
  return content(node(NOUN.name, leaves({ uri: first?.fields.uri ?? "" })));
}

/** Sets the first, or makes one; empty removes it. */
async function put(call: Call): Promise<Answer> {
  const empty = call.params.text("uri", "url") === "";
  const given = empty ? undefined : readFields(NOUN, call.params, "POST");
  call.params.finish();
  await call.options.storage.change(async (writer) => {
    const [first] = (await writer.list(NOUN.name, { limit: 1 })).objects;
    if (!given && first) await writer.remove(NOUN.name, first.id);
    else if (given && first) await writer.update(NOUN.name, first.id, given.stored);
    else if (given) await writer.insert({ noun: NOUN.name, fields: setOnly(given.stored) });
    tell(call, "modified", NOUN.name, first?.id ?? "1");
  });
  return { kind: "done" };
}

export const CDR_RECEIVER_ROUTE: Route = {
  path: "system/cdrReceiver",
  methods: { GET: get, PUT: put, POST: put },
  help: "Of older versions: the first of system/cdrReceivers.",
};
