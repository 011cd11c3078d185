import type { TransportAddress } from "#base";

/** Bytes that `send` may overwrite in front of a packet with the ChannelData header (RFC 8656 12.4), so that it is not copied. */
export const HEADROOM = 4;

export interface TurnClientOptions {
  /** Literal address or name, and port, of the server. */
  readonly server: TransportAddress;
  readonly transport: "udp" | "tcp" | "tls";
  /** With "tls": the name that the server's certificate must have, and PEM authorities besides the system's. */
  readonly tls?: { readonly serverName: string; readonly authorities?: string | undefined } | undefined;
  /** Of the relay; the server's default if left out. */
  readonly family?: "ipv4" | "ipv6" | undefined;
  /** Called for each Allocate and whenever the server refuses the present ones, so that short-term ones can be renewed. */
  readonly credentials: () => { readonly username: string; readonly password: string };
  /** A packet from a permitted peer. The bytes are the listener's until it returns. */
  readonly onPacket: (packet: Buffer, from: TransportAddress) => void;
  /** Told once if the allocation ends without `close`: { code: "TURN_CLIENT_TIMEOUT" | "TURN_CLIENT_REFUSED" | ... } */
  readonly onLost: (reason: { readonly code: string; readonly detail: string }) => void;
}

/** One allocation, kept alive until closed; its permissions and channels are refreshed by themselves. */
export interface TurnAllocation extends AsyncDisposable {
  readonly relayed: TransportAddress;
  /** This client's address as the server sees it. */
  readonly mapped: TransportAddress;
  /** Round trip of the latest transaction, ms. */
  readonly rttMs: number;
  /** Installs a permission for an IP address. Rejects with TURN_CLIENT_REFUSED [code:403]... */
  permit(address: string): Promise<void>;
  /** Undoes one `permit`: after as many as there were, the permission is no longer refreshed and expires. */
  releasePermission(address: string): void;
  /** Asks for a channel, so that packets carry 4 bytes of overhead and not 36. Until it is bound, `send` uses Send indications. */
  bindChannel(peer: TransportAddress): void;
  /** Gives the peer's channel back: it is no longer refreshed, and its number is reused once it has expired. */
  releaseChannel(peer: TransportAddress): void;
  /** Sends `buffer.subarray(HEADROOM)`; the first HEADROOM bytes are overwritten. Drops and counts when the path is congested. */
  send(buffer: Buffer, peer: TransportAddress): void;
  readonly dropped: number;
  close(): Promise<void>;
}
