import { getSystemErrorName } from "node:util";
import type { TransportAddress } from "#base";
import { type Addon, addon, type RawSocketError, type UdpHandle } from "./addon.ts";
import { SocketEvents } from "./batch-addon.ts";
import type { NativeUdpSocket, SendResult, UdpSocketListener } from "./udp-contract.ts";

/** kIntakeSlot of udp_intake.h: the largest datagram. */
const SLOT = 65536;
/** kMostErrors of udp_functions.cc: errors read at once. */
const ERROR_BATCH = 32;
/** Datagrams taken at once. Memory that no datagram has reached is never touched. */
const SLOTS = 32;

/** errno of Linux. */
const EAGAIN = 11;
const EMSGSIZE = 90;

/** SO_EE_ORIGIN_*. */
const LOCAL = 1;
const ICMP = 2;
const ICMP6 = 3;

/** All sockets read into these: what they hold is copied before anything else runs. */
let slots: Buffer | undefined;

/**
 * Binds a socket. Throws the system's error (EADDRINUSE), or NATIVE_ADDON_MISSING. `bufferBytes` is capped by
 * net.core.{r,w}mem_max.
 */
export function openUdpSocket(
  where: TransportAddress,
  bufferBytes: number,
  listener: UdpSocketListener,
): NativeUdpSocket {
  return new Socket(addon(), where, bufferBytes, listener);
}

class Socket implements NativeUdpSocket {
  readonly address: TransportAddress;
  readonly #native: Addon;
  readonly #listener: UdpSocketListener;
  #handle: UdpHandle | undefined;
  /** What the system itself said last about a packet that was too large. */
  #localMtu = 0;

  constructor(native: Addon, where: TransportAddress, bufferBytes: number, listener: UdpSocketListener) {
    this.#native = native;
    this.#listener = listener;
    const opened = native.openUdp(where.address, where.port, bufferBytes, (events) => this.#woken(events));
    if (typeof opened === "number") throw bindError(opened, where);
    this.#handle = opened;
    this.address = { address: where.address, port: native.udpPort(opened) };
  }

  send(bytes: Uint8Array, to: TransportAddress, dontFragment = false): SendResult {
    let errno = this.#send(bytes, to, dontFragment);
    if (errno === 0) return "sent";
    if (errno === EAGAIN || !this.#handle) return "dropped";
    // An ICMP error that waited was told instead of sending. Once it is read, the packet gets its own answer.
    this.#readErrors();
    errno = this.#send(bytes, to, dontFragment);
    if (errno !== EMSGSIZE) return errno === 0 ? "sent" : "dropped";
    this.#localMtu = 0;
    this.#readErrors();
    return { mtu: this.#localMtu };
  }

  close(): void {
    if (this.#handle) this.#native.closeUdp(this.#handle);
    this.#handle = undefined;
  }

  /** 0, or errno. */
  #send(bytes: Uint8Array, to: TransportAddress, dontFragment: boolean): number {
    return this.#handle ? this.#native.sendUdp(this.#handle, bytes, to.address, to.port, dontFragment) : -1;
  }

  /** Errors first: as long as one waits, the socket gives nothing else, and wakes us again and again. */
  #woken(events: number): void {
    if (events & SocketEvents.errors) this.#readErrors();
    if (!this.#handle) return;
    slots ??= Buffer.allocUnsafeSlow(SLOTS * SLOT);
    const received = this.#native.receiveUdp(this.#handle, slots);
    const packets: [Buffer, TransportAddress][] = [];
    for (let i = 0, at = 0; i < received.length; i += 3, at += SLOT) {
      const bytes = Buffer.from(slots.subarray(at, at + (received[i] as number)));
      packets.push([bytes, { address: received[i + 1] as string, port: received[i + 2] as number }]);
    }
    for (const [bytes, from] of packets) if (this.#handle) this.#listener.onPacket(bytes, from);
  }

  #readErrors(): void {
    let count = ERROR_BATCH;
    while (this.#handle && count === ERROR_BATCH) {
      const errors = this.#native.readUdpErrors(this.#handle);
      count = errors.length;
      for (const error of errors) if (this.#handle) this.#tell(error);
    }
  }

  #tell({ address, port, origin, type, code, info }: RawSocketError): void {
    if (origin === LOCAL) this.#localMtu = info;
    if (origin !== ICMP && origin !== ICMP6) return;
    const version = origin === ICMP ? 4 : 6;
    const tooBig = version === 4 ? type === 3 && code === 4 : type === 2;
    this.#listener.onIcmp({ peer: { address, port }, version, type, code, mtu: tooBig ? info : 0 });
  }
}

function bindError(errno: number, { address, port }: TransportAddress): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`bind ${code} ${address}:${port}`), { code, errno: -errno, syscall: "bind" });
}
