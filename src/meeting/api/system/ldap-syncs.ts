import type { LdapSync } from "#sign-in";
import { collection, type Element, leaves, node } from "../http/element.ts";
import { invalidOperation, missing, refused } from "../http/failure.ts";
import { type Answer, type Call, content, DONE, type Route } from "../http/route.ts";
import type { ApiOptions } from "../options.ts";
import { noSuch } from "../stored/fields.ts";
import { tell } from "../stored/handlers.ts";
import { pageOf, readPage } from "../stored/lists.ts";

function list(call: Call): Answer {
  const page = readPage(call.params);
  call.params.finish();
  const all = syncsOf(call).list();
  return content(collection("ldapSyncs", all.length, pageOf(all, page).map(element)));
}

function get(call: Call): Answer {
  return content(element(syncOf(call)));
}

async function post(call: Call): Promise<Answer> {
  const syncs = syncsOf(call);
  const tenant = await existing(call, "tenant");
  const ldapSource = await existing(call, "ldapSource");
  const removeWhenFinished = call.params.flag("removeWhenFinished") ?? true;
  call.params.finish();
  const { id } = syncs.start({ tenant, ldapSource, removeWhenFinished });
  tell(call, "created new", "ldapSync", id);
  return { kind: "created", path: `ldapSyncs/${id}` };
}

function cancel(call: Call): Answer {
  const { id } = syncOf(call);
  call.params.finish();
  if (syncsOf(call).cancel(id) !== "cancelled") throw refused("ldapSyncCannotBeCancelled");
  tell(call, "deleted", "ldapSync", id);
  return DONE;
}

async function existing(call: Call, noun: "tenant" | "ldapSource"): Promise<string | undefined> {
  const id = call.params.id(noun);
  if (id !== undefined && !(await call.options.storage.get(noun, id))) throw noSuch(noun, noun);
  return id;
}

function syncsOf(call: Call): NonNullable<ApiOptions["ldapSync"]> {
  const syncs = call.options.ldapSync;
  if (!syncs) throw invalidOperation("directories are not in use here");
  return syncs;
}

function syncOf(call: Call): LdapSync {
  const sync = syncsOf(call).get(call.ids[0]!);
  if (!sync) throw missing("ldapSyncDoesNotExist");
  return sync;
}

function element(sync: LdapSync): Element {
  const { state, failureReason, numUsersImported, numLdapSourcesComplete, tenant, ldapSource } = sync;
  const fields = { state, failureReason, numUsersImported, numLdapSourcesComplete, tenant, ldapSource };
  return node("ldapSync", leaves(fields), { id: sync.id });
}

export const LDAP_SYNC_ROUTES: readonly Route[] = [
  {
    path: "ldapSyncs",
    methods: { GET: list, POST: post },
    help: "Imports from directories; POST starts one (`tenant`, `ldapSource`, `removeWhenFinished`).",
  },
  { path: "ldapSyncs/*", methods: { GET: get, DELETE: cancel }, help: "One of them; DELETE cancels it if it waits." },
];
