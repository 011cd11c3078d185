import type { TransportAddress } from "#base";
import type { ClientPath, PacketPlane } from "../contract.ts";
import type { Action } from "./steps.ts";

/** Actions that are one call of the plane. */
export type Call = Exclude<Action, { do: "open" | "close" | "client" | "peer" | "stall" }>;

/** What the names in an action mean on one side; what it does not name is left out. */
export interface Operands {
  readonly id: number;
  readonly data: Buffer;
  readonly peer: TransportAddress | undefined;
  readonly client: ClientPath | undefined;
}

export function callPlane(plane: PacketPlane, action: Call, { id, data, peer, client }: Operands): void {
  switch (action.do) {
    case "move":
      plane.moveRelay(id, client!);
      break;
    case "forget":
      plane.forgetAdmitted(id);
      break;
    case "permit":
      plane.permit(id, peer!.address, action.allowed);
      break;
    case "bind":
      plane.bindChannel(id, action.channel, peer);
      break;
    case "admit":
      plane.admit(id, peer!);
      break;
    case "channel":
      plane.sendOnChannel(id, action.channel, data);
      break;
    case "toPeer":
      plane.sendToPeer(id, peer!, data, action.dontFragment);
      break;
    case "reply":
      plane.reply(client!, data);
  }
}
