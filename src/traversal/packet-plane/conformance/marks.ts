import assert from "node:assert/strict";
import type { TransportAddress } from "#base";
import { encodeChannelData } from "#stun";
import { sendIndication } from "./sends.ts";
import type { Checks, Here, World } from "./world.ts";

/** A UDP socket that sets and sees the TOS or traffic class, which node:dgram cannot. */
export interface MarkedSocket {
  readonly address: TransportAddress;
  send(bytes: Buffer, to: TransportAddress, tos: number): void;
  next(): Promise<{ readonly bytes: Buffer; readonly tos: number }>;
  close(): void;
}

export type OpenMarked = (here: Here) => Promise<MarkedSocket>;

/** DSCP of voice (EF) with ECT(0), of video (AF41), and nothing: in turn, so that no run may be sent as one. */
const MARKS = [0xba, 0x88, 0, 0, 0xba];

/** RFC 8656 13: DSCP and ECN travel with the packet. */
export const markChecks = (open: OpenMarked): Checks => ({
  "marks of packets on a channel reach the peer": (world) =>
    marked(
      world,
      open,
      (sockets) => sockets.client,
      ({ peer }) => [peer, world.listener, onChannel],
    ),
  "marks of packets of a peer reach the client": (world) =>
    marked(
      world,
      open,
      (sockets) => sockets.peer,
      ({ client, relayed }) => [client, relayed, (data) => data],
    ),
  "marks of admitted Sends reach the peer": (world) =>
    marked(
      world,
      open,
      (sockets) => sockets.client,
      ({ peer }) => [peer, world.listener, inSend(peer.address)],
    ),
});

interface Sockets {
  readonly client: MarkedSocket;
  readonly peer: MarkedSocket;
  readonly relayed: TransportAddress;
}

type Road = readonly [to: MarkedSocket, by: TransportAddress, pack: (data: Buffer) => Buffer];

async function marked(
  world: World,
  open: OpenMarked,
  from: (sockets: Sockets) => MarkedSocket,
  road: (sockets: Sockets) => Road,
): Promise<void> {
  const [client, peer] = [await open(world.here), await open(world.here)];
  try {
    const relay = await world.openRelay(1, await world.pathOf({ ...client, send: (b, to) => client.send(b, to, 0) }));
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    world.plane.admit(1, peer.address);
    const sockets = { client, peer, relayed: relay.bound };
    const [to, by, pack] = road(sockets);
    for (const [i, tos] of MARKS.entries()) from(sockets).send(pack(Buffer.from(`packet ${i}`)), by, tos);
    for (const [i, tos] of MARKS.entries()) {
      const packet = await to.next();
      assert.ok(packet.bytes.includes(`packet ${i}`));
      assert.equal(packet.tos, tos);
    }
  } finally {
    client.close();
    peer.close();
  }
}

const onChannel = (data: Buffer) => encodeChannelData(0x4000, data);

const inSend = (peer: TransportAddress) => (data: Buffer) => sendIndication(peer, data);
