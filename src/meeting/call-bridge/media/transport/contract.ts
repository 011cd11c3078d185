import type { DataLabel, EdgeServer, EdgeState, Fingerprint, LegState, LocalTransport } from "../control.ts";

/** The sockets and relays of one media worker, shared by all its legs. */
export interface TransportHost extends AsyncDisposable {
  openTransport(legId: string, via: "edge" | "inside", events: TransportEvents): MediaTransport;
  readonly edges: readonly EdgeState[];
  /**
   * The edges from now on, best first. One that is the same but for its place keeps its allocation. The legs of one that
   * is taken away or changed are told that their path is lost as soon as the others are there, and have 10 s to leave.
   */
  setEdges(edges: readonly EdgeServer[]): void;
  /** Resolves when each edge has given a relay or failed for the first time, and after 1.5 s at the latest. */
  edgesSettled(): Promise<void>;
  /** Packets that were dropped in silence. */
  readonly counters: Readonly<TransportCounters>;
}

export interface TransportCounters {
  /** Neither STUN check, DTLS nor SRTP. */
  malformed: number;
  /** Checks for no transport of ours, with a wrong MESSAGE-INTEGRITY, or from an address that is another's. */
  unauthentic: number;
  /** DTLS and SRTP from addresses that no check has come from. */
  unknownTuple: number;
}

export interface TransportHostOptions {
  readonly listen: { readonly address: string; readonly advertised: string; readonly port: number };
  readonly edges: readonly EdgeServer[];
  readonly onEdge: (edge: EdgeState) => void;
}

/** One client's ICE-lite, DTLS, SRTP and SCTP. */
export interface MediaTransport {
  /** Legs that come through an edge are told relay candidates only: inside addresses are none of their business. */
  readonly local: LocalTransport;
  readonly state: LegState;
  setRemote(remote: { readonly fingerprint: Fingerprint; readonly sctpPort?: number }): void;
  /** New ICE credentials; DTLS and SRTP go on, and the old path works until the new one is nominated. */
  restartIce(): LocalTransport;
  permit(address: string): void;
  /**
   * Encrypts and sends one plain RTP packet. The caller may reuse the buffer when it returns. A sequence number of an
   * SSRC is sent once: a second packet under it is dropped (SrtpSender says why), so NACK is answered by RTX (RFC 4588).
   */
  sendRtp(packet: Buffer): void;
  sendRtcp(packet: Buffer): void;
  sendData(label: DataLabel, data: Uint8Array): void;
  readonly packetsIn: number;
  readonly packetsOut: number;
  close(reason: { readonly code: string; readonly detail: string }): void;
}

export interface TransportEvents {
  /** A decrypted, authenticated, never replayed RTP packet; the buffer is the listener's to keep. */
  onRtp(packet: Buffer, arrivalUs: number): void;
  /** A decrypted compound RTCP packet. */
  onRtcp(packet: Buffer, arrivalUs: number): void;
  onData(label: DataLabel, data: Buffer): void;
  onState(state: LegState): void;
  onPathLost(): void;
}
