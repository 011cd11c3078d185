import type { Scope, TransportAddress } from "#base";

/** Where the packets of a TURN client go: through a UDP listener of the plane, or into a TCP connection of the caller. */
export type ClientPath = UdpPath | StreamPath;

export interface UdpPath {
  readonly transport: "udp";
  /** What `listen` gave. */
  readonly listener: number;
  readonly client: TransportAddress;
  /** Which of its threads the plane hears it with; only the plane cares. */
  readonly lane?: number;
}

export interface StreamPath {
  readonly transport: "tcp";
  readonly writer: PacketWriter;
}

export interface PacketWriter {
  /** Takes one whole frame, which it may keep. False if it was dropped. A reply may wait where media may not any more. */
  write(frame: Uint8Array, reply?: boolean): boolean;
}

/** A relayed transport address: the UDP socket of one allocation. */
export interface RelayOptions {
  /** Chosen by the caller, and never used twice; names the relay in every other call. */
  readonly id: number;
  readonly client: ClientPath;
  /** Where the socket is bound. The port must not be 0. */
  readonly bound: TransportAddress;
  /** What peers see, and what other relays see as the source of a hairpin packet. */
  readonly advertised: TransportAddress;
  /** For both directions together; none if left out. */
  readonly limits?: RelayLimits | undefined;
}

/** Token buckets that hold one second's worth. What exceeds them is dropped and counted, an ICMP indication as well. */
export interface RelayLimits {
  readonly packetsPerSecond: number;
  /** Of payloads. A payload of more bits than this never passes. */
  readonly bitsPerSecond: number;
}

/** Since the relay was opened. Bytes are those of payloads, without headers. */
export interface RelayCounters {
  /** From the client, sent on to peers (hairpin included). */
  sentPackets: number;
  sentBytes: number;
  /** From peers, sent on to the client (hairpin included). */
  receivedPackets: number;
  receivedBytes: number;
  /** Of the sent ones, those that went to another relay of this plane in memory. */
  hairpinPackets: number;
  /** From peers without a permission, or on channels that are not bound. */
  refusedPackets: number;
  /** Because a socket or connection was congested. */
  droppedPackets: number;
  /** Above the relay's limits. */
  limitedPackets: number;
}

/** Counters at their start. */
export function noTraffic(): RelayCounters {
  return {
    sentPackets: 0,
    sentBytes: 0,
    receivedPackets: 0,
    receivedBytes: 0,
    hairpinPackets: 0,
    refusedPackets: 0,
    droppedPackets: 0,
    limitedPackets: 0,
  };
}

/** Sees every UDP packet of a plane; what it is shown is the plane's again when it returns. */
export interface PacketTap {
  /** `inside` is a hairpin packet: from `local` to `remote`, and never on any network. Two buffers are one payload. */
  packet(
    direction: "in" | "out" | "inside",
    local: TransportAddress,
    remote: TransportAddress,
    payload: Uint8Array | readonly Uint8Array[],
  ): void;
}

/** What whoever asks for an allocation without having signed is answered (RFC 8489 9.2.4). */
export interface Challenge {
  /** A whole 401. In it stand for each client: the transaction id of the request, and from `nonceAt` on a nonce's 16 characters. */
  readonly message: Buffer;
  readonly nonceAt: number;
  /** Of the nonce's HMAC-SHA256, 32 bytes. */
  readonly key: Buffer;
  /** What the nonces' time is now; it goes on by itself. */
  readonly seconds: number;
  /** More answers than these a second are not given to one source. */
  readonly perSecond: number;
}

export interface PlaneListener {
  /** The plane has answered, or passed over, a request by itself, as its challenge says. */
  onChallenge?(client: TransportAddress, answered: boolean): void;
  /** A packet from a UDP client that no rule covers: a STUN message, or anything else. The bytes are the listener's to keep. */
  onPacket(path: UdpPath, bytes: Buffer): void;
}

/** What an administrator may want to know of a plane. Counts are since its start. */
export interface PlaneStatus {
  readonly kind: "native" | "typescript";
  readonly threads: number;
  /** Packets that should have gone up, or been shown to the tap, and were dropped because TypeScript did not keep up. */
  readonly droppedUpwards: number;
  /** Sends that carried a run of packets at once (UDP_SEGMENT), and the packets in them. */
  readonly runs: { readonly sends: number; readonly packets: number };
  /** Received runs that the system had put together (UDP_GRO), and the packets in them. */
  readonly merged: { readonly reads: number; readonly packets: number };
  /** Runs that had to be sent packet by packet, by the system's error: EINVAL, ENOPROTOOPT, EIO, EMSGSIZE. */
  readonly fallbacks: Readonly<Record<string, number>>;
}

/**
 * Moves packets by the rules that its owner sets, and knows nothing of requests, users or time: what expires, the owner
 * takes away. A packet from a client on a bound channel goes to the channel's peer; a packet from a permitted peer goes to
 * the client, on the peer's channel or as a Data indication (RFC 8656 11.3, 12.6). If the peer is the bound or advertised
 * address of another relay, the packet goes to that relay in memory (hairpin), from the sender's advertised address.
 *
 * Two relays of different address families may have the same client (dual allocation, RFC 8656 7.2): a channel is bound
 * on one of them. The DSCP and ECN of a packet travel with it where the platform shows them (RFC 8656 13). Where it tells of ICMP errors, those about packets to a permitted peer go to the client as
 * Data indications (RFC 8656 11.5).
 */
export interface PacketPlane {
  /** Can a packet be sent with the DF bit set (RFC 8656 15)? If not, `sendToPeer` does without. */
  readonly dontFragment: boolean;
  /** Binds a UDP socket for clients; port 0 is any. Rejects with the system's error (EADDRINUSE). */
  listen(where: TransportAddress): Promise<{ readonly listener: number; readonly address: TransportAddress }>;
  /**
   * A plane that can answers by itself from now on, to a client that has no relay; every other request goes up, as all do
   * without a challenge.
   */
  setChallenge(challenge: Challenge | undefined): void;
  /** Sends a STUN message to a client, with the others of this round of the event loop. */
  reply(client: ClientPath, message: Buffer): void;
  /** Rejects with the system's error. */
  openRelay(relay: RelayOptions): Promise<void>;
  /** Its permissions, channels and counters go with it. */
  closeRelay(id: number): void;
  /** From now on its client is reached, and heard, by another path (RFC 8016). */
  moveRelay(id: number, client: ClientPath): void;
  /** May packets from this IP address reach the client? */
  permit(id: number, address: string, allowed: boolean): void;
  /** Binds, or without a peer unbinds, a channel. */
  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void;
  /**
   * Sends a payload from the relay, whatever its permissions: the caller has judged it. If DF is asked for and the payload
   * is too large for the path, the client is told by ICMP "fragmentation needed" or "packet too big".
   */
  sendToPeer(id: number, peer: TransportAddress, data: Buffer, dontFragment?: boolean): void;
  /**
   * From now on Send indications of the relay's client to that peer pass without going up: as long as its address is
   * permitted, they do not ask for DF, and the same relay of this plane, or none, is at that address. Of many admissions of a
   * relay the plane may forget some: then the next indication goes up again.
   */
  admit(id: number, peer: TransportAddress): void;
  /** Send indications go up again, to every peer. */
  forgetAdmitted(id: number): void;
  /** For clients whose packets do not come in through the plane. */
  sendOnChannel(id: number, channel: number, data: Buffer): void;
  /** Undefined for a relay that is not open. */
  counters(id: number): Readonly<RelayCounters> | undefined;
  /** Since a packet last passed in either direction, or the relay was opened. Within a second; undefined as `counters`. */
  idleMs(id: number): number | undefined;
  /** Shows every UDP packet to the tap from now on, or to none. */
  setTap(tap: PacketTap | undefined): void;
  status(): PlaneStatus;
}

/** The plane's sockets close with the scope. */
export type OpenPlane = (scope: Scope, listener: PlaneListener) => PacketPlane;
