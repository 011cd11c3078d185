import type { Attribute } from "#stun";
import { attributes } from "#stun";
import { TurnError } from "../errors.ts";
import type { Request, ServerState } from "../state.ts";

/** RFC 6062 5.4. Behind the success response the connection is a raw pipe to the peer. */
export function connectionBind(server: ServerState, request: Request): readonly Attribute[] {
  const { message, client, proof } = request;
  if (server.allocations.of(client)) throw new TurnError(400, "the connection has an allocation");
  const id = message.get(attributes.connectionId);
  if (id === undefined) throw new TurnError(400, "no CONNECTION-ID");
  request.afterAnswer = server.tcpRelays.bind(id, proof.user, client);
  return [];
}
