import { Method, methodName, type StunMessage } from "#stun";
import type { Method as Handler } from "../state.ts";
import { allocate } from "./allocate.ts";
import { loadBinding } from "./binding.ts";
import { channelBind } from "./channel-bind.ts";
import { connect } from "./connect.ts";
import { connectionBind } from "./connection-bind.ts";
import { createPermission } from "./create-permission.ts";
import { refresh } from "./refresh.ts";

/** What is done for each method once the request is authentic. */
export const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [Method.binding, loadBinding],
  [Method.allocate, allocate],
  [Method.refresh, refresh],
  [Method.createPermission, createPermission],
  [Method.channelBind, channelBind],
  [Method.connect, connect],
  [Method.connectionBind, connectionBind],
]);

/** Methods that nobody knows are counted together: whatever comes from the wire must not become a key. */
export function wordOf({ method }: Pick<StunMessage, "method">): string {
  return HANDLERS.has(method) ? methodName(method) : "other";
}
