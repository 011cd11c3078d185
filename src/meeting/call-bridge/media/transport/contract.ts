import type { DataLabel, EdgeServer, EdgeState, Fingerprint, LegState, LocalTransport } from "../control.ts";

/** The sockets and relays of one media worker, shared by all its legs. */
export interface TransportHost extends AsyncDisposable {
  openTransport(legId: string, via: "edge" | "inside", events: TransportEvents): MediaTransport;
  readonly edges: readonly EdgeState[];
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
  /** Encrypts and sends one plain RTP packet. The caller may reuse the buffer when it returns. */
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
