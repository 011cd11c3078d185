import { createHmac } from "node:crypto";
import type { Item } from "./outbox/item.ts";
import type { Parcel } from "./post.ts";

/** The body and its signature. `nowMs` is the moment of this try. */
export function webhookParcel(
  item: Item,
  about: { readonly callBridge: string; readonly session: string; readonly missing: number },
  secret: string | undefined,
  nowMs: number,
): Parcel {
  const { id, index, correlatorIndex, description } = item;
  const { type, at, element, fields } = description;
  const { callBridge, session, missing } = about;
  const body = JSON.stringify({
    id,
    type,
    at: new Date(at).toISOString(),
    callBridge,
    session,
    index,
    correlatorIndex,
    ...(missing > 0 ? { missing } : {}),
    data: { [element]: { id: description.id, ...fields } },
  });
  const headers = { "content-type": "application/json" };
  if (!secret) return { headers, body };
  return { headers: { ...headers, "turnpike-signature": sign(secret, Math.floor(nowMs / 1000), body) }, body };
}

/** `t` is in the signature, so that a receiver may refuse what was recorded and is played again. */
function sign(secret: string, unixSeconds: number, body: string): string {
  const mac = createHmac("sha256", secret).update(`${unixSeconds}.${body}`).digest("hex");
  return `t=${unixSeconds},v1=${mac}`;
}

/** Whether a webhook's `events` ("callStart, callEnd"; empty for all) has this type. */
export function wants(events: string, type: string): boolean {
  const names = events.split(",").map((name) => name.trim());
  return names.every((name) => name === "") || names.includes(type);
}
