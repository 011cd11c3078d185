import { RTCSctpTransport } from "werift";
import { textOf } from "#base";

/** SCTP over DTLS (RFC 8261). werift's association behind what data channels need of it. */
export interface SctpAssociation {
  receive(packet: Buffer): void;
  /** Queues one message. False if too much is waiting already. */
  send(streamId: number, protocol: number, message: Buffer, delivery: Delivery): boolean;
  close(): void;
}

export interface Delivery {
  readonly ordered: boolean;
  readonly maxRetransmits: number | undefined;
  readonly maxLifetimeMs: number | undefined;
}

export interface SctpEvents {
  onPacket(packet: Buffer): void;
  onMessage(streamId: number, protocol: number, message: Buffer): void;
  onReset(streamIds: readonly number[]): void;
  /** The association is of no more use: the peer broke the protocol or its limits. */
  onBroken(why: string): void;
}

const LOCAL_PORT = 5000;
/** With 37 bytes of DTLS record (header, nonce, tag) a datagram has 1200 at most, as the handshake's have. */
const MTU = 1160;
/** Chunks of about 1 KB that wait for the peer's acknowledgements. */
const MAX_QUEUED_CHUNKS = 512;
/** The peer's gaps: more than its window of 1 MiB can hold in chunks of a datagram. */
const MAX_GAPS = 2048;

/** What werift's types hide: the promise of each packet's outcome, and the two counts that bound a peer's memory. */
interface Internals {
  handleData(packet: Buffer): Promise<void>;
  readonly advertisedRwnd: number;
  readonly sackMisOrdered: ReadonlySet<number>;
}

/** Only for RTCSctpTransport.setDtlsTransport: all that it uses of a werift DTLS transport. */
function standInDtls(onPacket: (packet: Buffer) => void) {
  return {
    id: "dtls",
    iceTransport: { role: "controlled" },
    dataReceiver: () => {},
    sendData: async (packet: Buffer) => onPacket(packet),
    onStateChange: { subscribe: () => ({ unSubscribe: () => {} }) },
  };
}

/** The server's end: the browser sends INIT. */
export function openSctp(remotePort: number, events: SctpEvents): SctpAssociation {
  const transport = new RTCSctpTransport(LOCAL_PORT, undefined, { mtu: MTU });
  const dtls = standInDtls((packet) => events.onPacket(packet));
  transport.setDtlsTransport(dtls as unknown as Parameters<RTCSctpTransport["setDtlsTransport"]>[0]);
  const { sctp } = transport;
  const internals = sctp as unknown as Internals;
  // werift's own data channels throw out of unawaited promises at what a peer may send; data-channels.ts does not.
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((streamId, protocol, message) => events.onMessage(streamId, protocol, message));
  sctp.onReconfigStreams.subscribe((streamIds) => events.onReset(streamIds));
  let open = true;
  const stop = () => {
    open = false;
    sctp.stop().catch(() => {});
  };
  const broken = (why: string) => {
    if (!open) return;
    stop();
    events.onBroken(why);
  };
  transport.start(remotePort).catch((thrown) => broken(textOf(thrown)));

  return {
    receive(packet) {
      if (!open) return;
      internals.handleData(packet).catch((thrown) => broken(textOf(thrown)));
      if (internals.advertisedRwnd < 0) broken("more than the window");
      else if (internals.sackMisOrdered.size > MAX_GAPS) broken("too many gaps");
    },
    send(streamId, protocol, message, { ordered, maxRetransmits, maxLifetimeMs }) {
      if (!open || sctp.outboundQueue.length > MAX_QUEUED_CHUNKS) return false;
      // werift wants seconds since 1970.
      const expiry = maxLifetimeMs === undefined ? undefined : (Date.now() + maxLifetimeMs) / 1000;
      sctp
        .send(streamId, protocol, message, { ordered, maxRetransmits, expiry })
        .catch((thrown) => broken(textOf(thrown)));
      return true;
    },
    close: stop,
  };
}
