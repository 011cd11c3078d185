import { Scope, TurnpikeError, textOf } from "#base";
import { attributes } from "#stun";
import { HEADROOM, openTurnAllocation, shortTermCredentials, type TurnAllocation } from "#turn-client";
import { RawClient } from "../../src/traversal/turn/raw-client.ts";
import type { TurnAsk, TurnReply } from "./turn.ts";

// A TURN client on a host of the lab, that does what its parent asks. Ends with its parent.

const VALID_MS = 60_000;
const scope = new Scope();
const allocations = new Map<number, TurnAllocation>();

const handlers: { [K in TurnAsk["do"]]: (ask: Extract<TurnAsk, { do: K }>) => Promise<unknown> } = {
  open: async ({ id, server, transport, secret, role }) => {
    const allocation = await openTurnAllocation(scope, {
      server,
      transport,
      credentials: () => shortTermCredentials(secret, role, `lab-${id}`, Date.now() + VALID_MS),
      onPacket: (packet, from) => process.send!({ heard: { id, text: packet.toString(), from } }),
      onLost: () => allocations.delete(id),
    });
    allocations.set(id, allocation);
    const { relayed, mapped } = allocation;
    return { relayed, mapped };
  },
  permit: async ({ id, address }) => allocations.get(id)!.permit(address),
  send: async ({ id, to, text }) => {
    const packet = Buffer.alloc(HEADROOM + Buffer.byteLength(text));
    packet.write(text, HEADROOM);
    allocations.get(id)!.send(packet, to);
  },
  alternate: async ({ server, secret, role }) => {
    const client = await RawClient.udp(scope, server, "0.0.0.0");
    const answer = await client.allocate(shortTermCredentials(secret, role, "lab-alternate", Date.now() + VALID_MS));
    return { code: answer.get(attributes.errorCode)?.code ?? 0, alternate: answer.get(attributes.alternateServer) };
  },
};

process.on("message", async ({ number, ask }: { number: number; ask: TurnAsk }) => {
  const handler = handlers[ask.do] as (ask: TurnAsk) => Promise<unknown>;
  const reply: TurnReply = await handler(ask).then(
    (answer) => ({ number, answer }),
    (error: unknown) => ({ number, error: error instanceof TurnpikeError ? error.code : textOf(error) }),
  );
  process.send!(reply);
});
process.on("disconnect", () => process.exit(0));
