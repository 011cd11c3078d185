import { randomBytes } from "node:crypto";
import { type Attribute, attribute, attributes, type StunMessage } from "#stun";
import type { Allocation, Client } from "./allocation.ts";
import { TurnError } from "./errors.ts";
import { type Request, requireSameUser, type ServerState } from "./state.ts";

const TICKET_BYTES = 16;

/** A client that has shown its ticket from another 5-tuple, and has not sent anything else from there yet. */
interface Move {
  /** Undefined once its connection has gone; whichever ticket the client has then is still good. */
  readonly client: Client | undefined;
  readonly oldTicket: string;
}

/**
 * RFC 8016: a ticket lets an allocation follow its client to another address. Until something else than the Refresh
 * arrives from there the old 5-tuple stays in use, so that a lost answer loses no media. A ticket is good once; the one it
 * replaces is kept for a retransmission, and there is one move at a time.
 */
export class Mobility {
  readonly #byTicket = new Map<string, Allocation>();
  readonly #moves = new Map<Allocation, Move>();

  /** For an Allocate that asks for mobility. Throws 405. */
  attributeFor(server: ServerState, allocation: Allocation, message: StunMessage): Attribute[] {
    if (!wants(server, message)) return [];
    return [this.#issue(allocation)];
  }

  /** For a Refresh: the allocation that its ticket names, and the next ticket. Throws 400, 405, 437 or 441. */
  resume(server: ServerState, request: Request): { allocation: Allocation; ticket: Attribute } | undefined {
    const { client, message, proof } = request;
    if (!wants(server, message)) return undefined;
    const ticket = Buffer.from(message.get(attributes.mobilityTicket)!).toString("latin1");
    if (ticket === "") throw new TurnError(400, "MOBILITY-TICKET is empty");
    const allocation = this.#byTicket.get(ticket);
    if (allocation?.state !== "open") throw new TurnError(437, "no allocation has that ticket");
    // Before anything moves: who has only found the ticket must not get the media with the next Send indication.
    requireSameUser(allocation, proof);
    const held = server.allocations.of(client);
    if (held && held !== allocation) throw new TurnError(437, "the 5-tuple holds another allocation");
    return { allocation, ticket: this.#moveTo(server, allocation, client, ticket) };
  }

  /** Something arrived from that 5-tuple: if the allocation is on its way there, it has come. */
  arrived(server: ServerState, allocation: Allocation, client: Client): void {
    const move = this.#moves.get(allocation);
    if (move?.client?.key !== client.key) return;
    this.#moves.delete(allocation);
    this.#byTicket.delete(move.oldTicket);
    // The packet plane has only the relays of UDP.
    if (!allocation.tcp) for (const { id } of allocation.relays) server.plane.moveRelay(id, client.path);
    const from = allocation.client.address;
    server.allocations.move(allocation, client);
    if (server.mayLog(client))
      server.log.info("TURN client moved", { from, to: client.address, user: allocation.user.id });
  }

  /** True if the allocation outlives that connection of its client. */
  survives(server: ServerState, allocation: Allocation, gone: Client): boolean {
    const move = this.#moves.get(allocation);
    if (move?.client?.key === gone.key) {
      this.#moves.set(allocation, { ...move, client: undefined });
      server.allocations.forgetClient(allocation, gone);
      return true;
    }
    if (move?.client) this.arrived(server, allocation, move.client);
    return allocation.ticket !== undefined;
  }

  ended(server: ServerState, allocation: Allocation): void {
    const move = this.#moves.get(allocation);
    if (move?.client) server.allocations.forgetClient(allocation, move.client);
    if (move) this.#byTicket.delete(move.oldTicket);
    this.#moves.delete(allocation);
    if (allocation.ticket) this.#byTicket.delete(allocation.ticket);
  }

  #moveTo(server: ServerState, allocation: Allocation, client: Client, shown: string): Attribute {
    const before = this.#moves.get(allocation);
    if (allocation.client.key === client.key || before?.client?.key === client.key) return current(allocation);
    if (before?.client) server.allocations.forgetClient(allocation, before.client);
    if (before) this.#byTicket.delete(before.oldTicket === shown ? allocation.ticket! : before.oldTicket);
    this.#moves.set(allocation, { client, oldTicket: shown });
    server.allocations.addClient(allocation, client);
    return this.#issue(allocation);
  }

  #issue(allocation: Allocation): Attribute {
    // Text, since coturn's client takes a ticket for a C string and would end it at a zero byte.
    allocation.ticket = randomBytes(TICKET_BYTES).toString("base64url");
    this.#byTicket.set(allocation.ticket, allocation);
    return current(allocation);
  }
}

function current({ ticket }: Allocation): Attribute {
  return attribute(attributes.mobilityTicket, Buffer.from(ticket!, "latin1") as Uint8Array);
}

/** RFC 8016 3.1.2 and 3.2.2: a server that does not do it says so. */
function wants(server: ServerState, message: StunMessage): boolean {
  if (message.get(attributes.mobilityTicket) === undefined) return false;
  if (!server.options.mobility) throw new TurnError(405, "mobility is off");
  return true;
}
