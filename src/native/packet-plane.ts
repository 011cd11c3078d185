import { getSystemErrorName } from "node:util";
import type { TransportAddress } from "#base";
import { addon } from "./addon.ts";
import type { PathArguments, PlaneAddon, PlaneHandle } from "./plane-addon.ts";
import { readRecords, type UpRecord } from "./plane-records.ts";

/** Of a slab, for each lane: larger than any record. What does not fit is taken next. */
const SHARE = 128 * 1024;

/** How the addon's plane is told where a relay's client is. Undefined: on a stream, whose frames go up. */
export interface NativePath {
  readonly listener: number;
  readonly lane: number;
  readonly client: TransportAddress;
}

export interface NativeRelay {
  readonly id: number;
  readonly path: NativePath | undefined;
  readonly bound: TransportAddress;
  readonly advertised: TransportAddress;
  readonly limits: { readonly packetsPerSecond: number; readonly bitsPerSecond: number } | undefined;
}

export interface NativePlaneOptions {
  readonly threads: number;
  readonly pauseMicroseconds: number;
  /** All threads work, whatever the load. */
  readonly alwaysSpread: boolean;
}

/** What lanes answer an Allocate with that nobody has signed. */
export interface NativeChallenge {
  /** Whole, but for the transaction id and 16 characters of the nonce. */
  readonly message: Buffer;
  readonly nonceAt: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What the nonces' time is now. */
  readonly seconds: number;
  /** Answers to each source. */
  readonly perSecond: number;
}

/** In the order in which the addon tells them. */
export const NATIVE_COUNTERS = [
  "sentPackets",
  "sentBytes",
  "receivedPackets",
  "receivedBytes",
  "hairpinPackets",
  "refusedPackets",
  "droppedPackets",
  "limitedPackets",
] as const;

const FALLBACKS = ["EINVAL", "ENOPROTOOPT", "EIO", "EMSGSIZE"] as const;

/** The packet plane of the addon (src/native/plane), with its threads. Its owner closes it; then nothing happens any more. */
export class NativePlane {
  readonly #native: PlaneAddon;
  readonly #onRecord: (record: UpRecord) => void;
  #handle: PlaneHandle | undefined;
  readonly #slab: Buffer;
  /** Is used for what sends cause while the other one is being read. */
  readonly #ownSlab = Buffer.allocUnsafeSlow(SHARE);
  /** Will there be another look by itself? */
  #later = false;
  #takingOwn = false;
  #replying = false;

  /** Throws the system's error, or NATIVE_ADDON_MISSING. The bytes of a record are the listener's until it returns. */
  constructor({ threads, pauseMicroseconds, alwaysSpread }: NativePlaneOptions, onRecord: (record: UpRecord) => void) {
    this.#native = addon();
    this.#slab = Buffer.allocUnsafeSlow(threads * SHARE);
    this.#onRecord = onRecord;
    const opened = this.#native.openPlane(threads, pauseMicroseconds, alwaysSpread, () => this.#take());
    if (typeof opened === "number") throw systemError(opened, "openPlane");
    this.#handle = opened;
  }

  /** Throws the system's error. */
  listen({ address, port }: TransportAddress): { readonly listener: number; readonly port: number } {
    const opened = this.#native.planeListen(this.#open, address, port);
    if (typeof opened === "number") throw systemError(opened, "bind", { address, port });
    return { listener: opened[0], port: opened[1] };
  }

  /** Throws the system's error. */
  openRelay({ id, path, bound, advertised, limits }: NativeRelay): void {
    const { packetsPerSecond = 0, bitsPerSecond = 0 } = limits ?? {};
    const [here, seen] = [bound, advertised];
    const errno = this.#native.planeOpenRelay(
      ...([this.#open, id, here.address, here.port, seen.address, seen.port, packetsPerSecond, bitsPerSecond] as const),
      ...pathArguments(path),
    );
    if (errno !== 0) throw systemError(errno, "bind", bound);
  }

  closeRelay(id: number): void {
    if (this.#handle) this.#native.planeCloseRelay(this.#handle, id);
  }

  moveRelay(id: number, path: NativePath | undefined): void {
    if (this.#handle) this.#native.planeMoveRelay(this.#handle, id, ...pathArguments(path));
  }

  permit(id: number, address: string, allowed: boolean): void {
    if (this.#handle) this.#native.planePermit(this.#handle, id, address, allowed);
  }

  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void {
    if (this.#handle)
      this.#native.planeBindChannel(this.#handle, id, channel, ...(peer ? ([peer.address, peer.port] as const) : []));
  }

  admit(id: number, { address, port }: TransportAddress): void {
    if (this.#handle) this.#native.planeAdmit(this.#handle, id, address, port);
  }

  forgetAdmitted(id: number): void {
    if (this.#handle) this.#native.planeForgetAdmitted(this.#handle, id);
  }

  /** Leaves with the others of this round of the event loop, before it waits again. */
  reply(path: NativePath, message: Uint8Array): void {
    if (!this.#handle) return;
    this.#native.planeReply(this.#handle, message, ...pathArguments(path));
    if (this.#replying) return;
    this.#replying = true;
    setImmediate(() => this.#sendReplies());
  }

  setChallenge(challenge: NativeChallenge | undefined): void {
    if (!this.#handle) return;
    if (challenge) {
      const { message, nonceAt, key, seconds, perSecond } = challenge;
      this.#native.planeSetChallenge(this.#handle, message, nonceAt, key, seconds, perSecond);
    } else this.#native.planeSetChallenge(this.#handle);
  }

  sendToPeer(id: number, { address, port }: TransportAddress, data: Uint8Array, dontFragment: boolean): void {
    if (this.#handle && this.#native.planeSendToPeer(this.#handle, id, address, port, data, dontFragment))
      this.#takeOwn();
  }

  sendOnChannel(id: number, channel: number, data: Uint8Array): void {
    if (this.#handle && this.#native.planeSendOnChannel(this.#handle, id, channel, data)) this.#takeOwn();
  }

  /** The counters, and behind them for how many ms the relay has been idle; undefined if it is not open. */
  relay(id: number): readonly number[] | undefined {
    return this.#handle && this.#native.planeRelay(this.#handle, id);
  }

  /** To be called some times a second: sees to it that as many threads work as the load needs. */
  balance(): void {
    if (this.#handle) this.#native.planeBalance(this.#handle);
  }

  setTapped(tapped: boolean): void {
    if (this.#handle) this.#native.planeSetTapped(this.#handle, tapped);
  }

  status() {
    const [threads = 0, droppedUpwards = 0, runSends = 0, runPackets = 0, reads = 0, packets = 0, ...failures] = this
      .#handle
      ? this.#native.planeStatus(this.#handle)
      : [];
    return {
      threads,
      droppedUpwards,
      runs: { sends: runSends, packets: runPackets },
      merged: { reads, packets },
      fallbacks: Object.fromEntries(FALLBACKS.map((name, i) => [name, failures[i] ?? 0])),
    };
  }

  close(): void {
    this.#sendReplies();
    if (this.#handle) this.#native.closePlane(this.#handle);
    this.#handle = undefined;
  }

  get #open(): PlaneHandle {
    if (!this.#handle) throw new Error("the packet plane is closed");
    return this.#handle;
  }

  /**
   * One slab, and then other events have their turn: a flood must not keep timers waiting. The listener may close the plane;
   * then the rest is not told. If it throws, the rest of the slab is lost.
   */
  #take(): void {
    if (!this.#handle || this.#later) return;
    const length = this.#native.planeTake(this.#handle, this.#slab, false);
    if (length === 0) return;
    this.#later = true;
    setImmediate(() => {
      this.#later = false;
      this.#take();
    });
    readRecords(this.#slab.subarray(0, length), this.#tell);
  }

  #sendReplies(): void {
    this.#replying = false;
    if (this.#handle && this.#native.planeSendReplies(this.#handle)) this.#takeOwn();
  }

  /** Frames for streams, and what the tap sees, of a packet that was just sent; a listener that sends meanwhile is served then. */
  #takeOwn(): void {
    if (this.#takingOwn) return;
    this.#takingOwn = true;
    try {
      for (let length = -1; this.#handle && length !== 0; ) {
        length = this.#native.planeTake(this.#handle, this.#ownSlab, true);
        readRecords(this.#ownSlab.subarray(0, length), this.#tell);
      }
    } finally {
      this.#takingOwn = false;
    }
  }

  readonly #tell = (record: UpRecord): void => {
    if (this.#handle) this.#onRecord(record);
  };
}

function pathArguments(path: NativePath | undefined): PathArguments {
  return path ? [path.listener, path.lane, path.client.address, path.client.port] : [];
}

function systemError(errno: number, syscall: string, where?: TransportAddress): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  const place = where ? ` ${where.address}:${where.port}` : "";
  return Object.assign(new Error(`${syscall} ${code}${place}`), { code, errno: -errno, syscall });
}

/** Nothing that this process starts from now on gains rights by being executed (prctl(2), PR_SET_NO_NEW_PRIVS). */
export function noNewPrivileges(): void {
  const errno = addon().noNewPrivileges();
  if (errno !== 0) throw systemError(errno, "prctl");
}
